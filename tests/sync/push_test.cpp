#include "sync/push.h"

#include <gtest/gtest.h>

#include "../rest/fake_server.h"

namespace paraneo::sync {
namespace {

const std::string kPatient = R"({"resourceType":"Patient","id":"p1","gender":"female"})";
const std::string kLab =
    R"({"resourceType":"Observation","id":"o1","valueQuantity":{"value":26.0},"subject":{"reference":"Patient/p1"}})";
const std::string kTransaction =
    R"({"resourceType":"Bundle","type":"transaction","entry":[
 {"fullUrl":"urn:uuid:6f1e0c52-0000-4000-8000-000000000001","resource":{"resourceType":"Patient","gender":"male"},"request":{"method":"POST","url":"Patient"}},
 {"resource":{"resourceType":"Observation","id":"o9","subject":{"reference":"urn:uuid:6f1e0c52-0000-4000-8000-000000000001"}},"request":{"method":"PUT","url":"Observation/o9"}}]})";

class PushTest : public testing::Test {
 protected:
  RunReport push(const std::vector<std::string>& texts) {
    auto options = options_;
    options.base = rest::FakeServer::kBase;
    std::size_t at = 0;
    Push machine(
        options,
        [&]() -> Result<std::optional<rest::PushItem>> {
          if (at == texts.size()) return std::optional<rest::PushItem>();
          const Source source{"in", texts[at++]};
          auto item = rest::plan_push(source, {});
          if (!item) return item.error();
          return std::optional(std::move(*item));
        },
        system_clock(), random_);
    server_.drive(machine);
    EXPECT_TRUE(machine.done());
    return machine.report();
  }
  std::map<std::string, int> versions() const {
    std::map<std::string, int> out;
    for (const auto& [target, stored] : server_.resources) out[target] = stored.version;
    return out;
  }
  std::size_t requests(const std::vector<std::string>& texts) {
    server_.log.clear();
    push(texts);
    return server_.log.size();
  }
  PushOptions options_;
  rest::FakeServer server_;
  rest::FixedRandom random_;
};

TEST_F(PushTest, ASecondPushWritesNothing) {
  const std::vector<std::string> all{kPatient, kLab, kTransaction};
  const auto first = push(all);
  EXPECT_EQ(first.created, 4U);
  const auto before = versions();
  const auto second = push(all);
  EXPECT_EQ(second.unchanged, 4U);
  EXPECT_EQ(second.written(), 0U);
  EXPECT_EQ(versions(), before);
}

TEST_F(PushTest, PostUnderUuidBecomesPutAndReferencesFollow) {
  push({kTransaction});
  const auto target = "Patient/6f1e0c52-0000-4000-8000-000000000001";
  ASSERT_TRUE(server_.resources.contains(target));
  EXPECT_NE(server_.resources["Observation/o9"].json.find(target), std::string::npos);
}

TEST_F(PushTest, OnlyWhatChangedIsWritten) {
  push({kPatient, kLab});
  auto changed = kLab;
  changed.replace(changed.find("26.0"), 4, "26");
  const auto report = push({kPatient, changed});
  EXPECT_EQ(report.updated, 1U);
  EXPECT_EQ(report.unchanged, 1U);
  EXPECT_EQ(server_.resources["Observation/o1"].version, 2);
  EXPECT_EQ(server_.unguarded, 0);
}

std::string transaction_of(std::vector<std::string> resources) {
  std::string entries;
  for (const auto& resource : resources) {
    const auto type = resource.substr(17, resource.find('"', 17) - 17);
    const auto id = resource.substr(
        resource.find("\"id\":\"") + 6,
        resource.find('"', resource.find("\"id\":\"") + 6) - resource.find("\"id\":\"") - 6);
    entries += (entries.empty() ? "" : ",") + std::string("{\"resource\":") + resource +
               R"(,"request":{"method":"PUT","url":")" + type + "/" + id + "\"}}";
  }
  return R"({"resourceType":"Bundle","type":"transaction","entry":[)" + entries + "]}";
}

std::vector<std::string> labs_of_a_patient(int count) {
  std::vector<std::string> resources;
  for (int i = 0; i < count; ++i)
    resources.push_back(R"({"resourceType":"Observation","id":"o)" + std::to_string(i) +
                        R"(","subject":{"reference":"Patient/p1"}})");
  resources.push_back(kPatient);
  return resources;
}

TEST_F(PushTest, ATransactionThatIsTooLargeGoesInParts) {
  server_.entries_max = 20;
  server_.needs_first = "Patient/p1";
  const auto report = push({transaction_of(labs_of_a_patient(49))});
  EXPECT_EQ(report.created, 50U);
  EXPECT_EQ(report.failed, 0U);
  EXPECT_EQ(report.in_parts, 1U);
  const auto before = versions();
  EXPECT_EQ(push({transaction_of(labs_of_a_patient(49))}).unchanged, 50U);
  EXPECT_EQ(versions(), before);
}

TEST_F(PushTest, APartThatConflictsIsReadAgainAndWritten) {
  server_.entries_max = 20;
  server_.conflicts_after = 30;
  const auto report = push({transaction_of(labs_of_a_patient(49))});
  EXPECT_EQ(report.created, 50U);
  EXPECT_EQ(report.failed, 0U);
}

TEST_F(PushTest, WhatRefersToEachOtherIsNotParted) {
  server_.entries_max = 2;
  std::vector<std::string> circle;
  for (int i = 0; i < 3; ++i)
    circle.push_back(R"({"resourceType":"Observation","id":"o)" + std::to_string(i) +
                     R"(","hasMember":[{"reference":"Observation/o)" + std::to_string((i + 1) % 3) +
                     "\"}]}");
  const auto report = push({transaction_of(circle)});
  EXPECT_EQ(report.failed, 3U);
  ASSERT_EQ(report.failures.size(), 1U);
  EXPECT_NE(report.failures[0].error.what.find("cannot be parted"), std::string::npos);
  EXPECT_TRUE(server_.resources.empty());
}

TEST_F(PushTest, APartOfAResourceIsRefused) {
  const std::string part =
      R"({"resourceType":"Patient","id":"p1","meta":{"tag":[{"code":"SUBSETTED"}]}})";
  EXPECT_EQ(push({part}).failed, 1U);
  EXPECT_EQ(push({R"({"resourceType":"Bundle","type":"transaction","entry":[{"resource":)" + part +
                  R"(,"request":{"method":"PUT","url":"Patient/p1"}}]})"})
                .failed,
            1U);
  EXPECT_TRUE(server_.resources.empty());
}

TEST_F(PushTest, WorksWithoutBatches) {
  server_.batches = false;
  EXPECT_EQ(push({kPatient, kLab}).created, 2U);
  EXPECT_EQ(push({kPatient, kLab}).unchanged, 2U);
}

TEST_F(PushTest, AConflictIsReadAgainAndWritten) {
  server_.conflicts = 3;
  const auto report = push({kPatient, kTransaction});
  EXPECT_EQ(report.created, 3U);
  EXPECT_EQ(report.failed, 0U);
}

TEST_F(PushTest, EndlessConflictsEndAsConflict) {
  server_.conflicts = 1000;
  const auto report = push({kPatient});
  EXPECT_EQ(report.in_conflict, 1U);
  EXPECT_EQ(report.failures.at(0).error.code, ErrorCode::version_conflict);
}

TEST_F(PushTest, WhatRefersToSomethingLaterIsWrittenInASecondRound) {
  server_.needs_first = "Patient/p1";
  const auto report = push({kLab, kPatient});
  EXPECT_EQ(report.created, 2U);
  EXPECT_EQ(report.failed, 0U);
}

TEST_F(PushTest, ARefusalIsReportedOnceAndTheOthersGoOn) {
  server_.needs_first = "Patient/never";
  const auto report = push({kLab});
  ASSERT_EQ(report.failed, 1U);
  EXPECT_EQ(report.failures[0].place, "in:1:1");
  EXPECT_NE(report.failures[0].error.what.find("invalid"), std::string::npos);
  EXPECT_EQ(report.failures[0].error.what.find("Smith"), std::string::npos);
}

TEST_F(PushTest, WhatWouldMakeASecondCopyIsRefused) {
  const auto report = push(
      {R"({"resourceType":"Patient"})", kPatient, "nonsense",
       R"({"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient"}}]})"});
  EXPECT_EQ(report.failed, 3U);
  EXPECT_EQ(report.created, 1U);
}

TEST_F(PushTest, ATransactionDeletesOnce) {
  push({kPatient});
  const std::string remove =
      R"({"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"DELETE","url":"Patient/p1"}}]})";
  EXPECT_EQ(push({remove}).deleted, 1U);
  EXPECT_EQ(push({remove}).unchanged, 1U);
}

TEST_F(PushTest, TheSameTargetTwiceKeepsTheOrderOfTheInput) {
  auto later = kPatient;
  later.replace(later.find("female"), 6, "other");
  push({kPatient, kLab, later});
  EXPECT_NE(server_.resources["Patient/p1"].json.find("other"), std::string::npos);
}

TEST_F(PushTest, SingleResourcesAreReadAndWrittenTogether) {
  EXPECT_EQ(requests({kPatient, kLab}), 2U);
  EXPECT_EQ(server_.resources.size(), 2U);
  EXPECT_EQ(requests({kPatient, kLab}), 1U);
}

TEST_F(PushTest, WhatABatchDoesNotDoGoesByItself) {
  server_.needs_first = "Patient/never";
  const auto report = push({kLab, R"({"resourceType":"Patient","id":"never"})",
                            R"({"resourceType":"Patient","id":"p2"})"});
  EXPECT_EQ(report.created, 3U);
  EXPECT_EQ(report.failed, 0U);
}

TEST_F(PushTest, IntoAnEmptyPlaceNothingIsAsked) {
  options_.only_new = true;
  server_.refuses_over = true;
  EXPECT_EQ(requests({kTransaction}), 1U);
  EXPECT_EQ(requests({kPatient, kLab}), 1U);
  EXPECT_EQ(server_.resources.size(), 4U);
}

TEST_F(PushTest, WhatIsThereNeverthelessIsReadAndNotOverwrittenUnseen) {
  options_.only_new = true;
  server_.refuses_over = true;
  const std::vector<std::string> all{kPatient, kLab, kTransaction};
  push(all);
  const auto before = versions();
  auto report = push(all);
  EXPECT_EQ(report.unchanged, 4U);
  EXPECT_EQ(report.written(), 0U);
  EXPECT_EQ(report.failed, 0U);
  EXPECT_EQ(versions(), before);
  report = push({R"({"resourceType":"Patient","id":"p1","gender":"other"})",
                 R"({"resourceType":"Patient","id":"new"})"});
  EXPECT_EQ(report.updated, 1U);
  EXPECT_EQ(report.created, 1U);
  EXPECT_EQ(server_.unguarded, 0);
  EXPECT_EQ(push({R"({"resourceType":"Patient","id":"p1","gender":"male"})"}).updated, 1U);
  EXPECT_EQ(server_.unguarded, 0);
}

TEST_F(PushTest, OneThatStandsTwiceWaitsForTheFirst) {
  EXPECT_EQ(push({kTransaction, kTransaction, kTransaction}).unchanged, 4U);
  for (const auto& [target, version] : versions()) EXPECT_EQ(version, 1) << target;
}

// Whatever request is lost, before or after the server did it, pushing again gives the same state
// with no version more than needed.
TEST_F(PushTest, AfterALossAtAnyStepASecondPushCompletesTheFirst) {
  const std::vector<std::string> all{kPatient, kLab, kTransaction};
  push(all);
  const auto wanted = versions();
  const auto steps = static_cast<int>(server_.log.size());
  ASSERT_GE(steps, 4);
  for (const bool after : {false, true})
    for (int step = 0; step < steps; ++step) {
      server_ = {};
      server_.fail_at = step;
      server_.lost_after = after;
      const auto report = push(all);
      // Only what is read ends it: a write may be what the server does not survive, and others are.
      EXPECT_EQ(report.fatal.has_value(), step == 0 || step == 2) << step;
      server_.fail_at = -1;
      EXPECT_FALSE(push(all).fatal);
      EXPECT_EQ(versions(), wanted) << "lost at " << step << (after ? " after" : " before");
    }
}

// The exploit: a condition that ends its header, and the request.
TEST_F(PushTest, AnEntryThatWouldSplitTheRequestIsRefusedAlone) {
  const auto entry = [](const std::string& uuid, const std::string& request) {
    return R"({"fullUrl":"urn:uuid:6f1e0c52-0000-4000-8000-)" + uuid +
           R"(","resource":{"resourceType":"Patient"},"request":)" + request + "}";
  };
  const std::string split =
      R"(identifier=1\r\nX-Injected: yes\r\n\r\nDELETE /fhir/Patient/victim HTTP/1.1\r\nHost: h\r\nX-Rest: )";
  const std::string good = entry("000000000002", R"({"method":"POST","url":"Patient"})");
  const std::string refers = R"({"resource":{"resourceType":"Observation","id":"o","subject":
      {"reference":"urn:uuid:6f1e0c52-0000-4000-8000-000000000001"}},"request":{"method":"PUT","url":"Observation/o"}})";
  for (const std::string& bad : std::vector<std::string>{
           R"({"method":"POST","url":"Patient","ifNoneExist":")" + split + "\"}",
           R"({"method":"PUT","url":"Patient?)" + split + "\"}",
           R"({"method":"PUT","url":"Patient/a","ifMatch":")" + split + "\"}",
           R"({"method":"PUT\r\n","url":"Patient/a"})",
           R"({"method":"POST","url":"Patient","ifNoneExist":"identifier=%"})"}) {
    server_ = {};
    const auto report = push({R"({"resourceType":"Bundle","type":"batch","entry":[)" +
                              entry("000000000001", bad) + ",\n" + refers + "," + good + "]}"});
    EXPECT_EQ(report.created, 1U) << bad;
    EXPECT_EQ(report.failed, 2U);
    ASSERT_EQ(report.failures.size(), 2U);
    EXPECT_EQ(report.failures[0].error.fault, Fault::data);
    EXPECT_NE(report.failures[0].error.what.find("[http-request-syntax]"), std::string::npos)
        << report.failures[0].error.what;
    EXPECT_EQ(report.failures[0].place, "in:1:50");
    EXPECT_NE(report.failures[1].error.what.find("refers to one that was refused"),
              std::string::npos);
    EXPECT_EQ(server_.resources.size(), 1U);
  }
  // All or nothing.
  server_ = {};
  EXPECT_EQ(push({R"({"resourceType":"Bundle","type":"transaction","entry":[)" +
                  entry("000000000001",
                        R"({"method":"POST","url":"Patient","ifNoneExist":")" + split + "\"}") +
                  "," + good + "]}"})
                .failed,
            1U);
  EXPECT_TRUE(server_.log.empty());
}

// The same the other way: what a server says of a version becomes If-Match.
TEST_F(PushTest, AVersionThatWouldSplitTheRequestIsTheServersFault) {
  const std::string split = R"(W/\"1\"\r\n\r\nGET /internal HTTP/1.1\r\nHost: h)";
  const auto answer = [&](const std::string& response, const std::string& meta,
                          const std::string& id = "p1") {
    return R"({"response":{"status":"200")" + response +
           R"(},"resource":{"resourceType":"Patient","id":")" + id + R"(","meta":{)" + meta + "}}}";
  };
  for (const auto& first : {answer(",\"etag\":\"" + split + "\"", ""),
                            answer(R"(,"location":"Patient/p1/_history/1\r\nX: y")", ""),
                            answer("", R"("versionId":"1\r\nX: y")")}) {
    PushOptions options;
    options.base = rest::FakeServer::kBase;
    int texts = 0;
    Push machine(
        options,
        [&]() -> Result<std::optional<rest::PushItem>> {
          if (texts == 2) return std::optional<rest::PushItem>();
          const auto id = std::to_string(++texts);
          return std::optional(*rest::plan_push(
              {"in", R"({"resourceType":"Patient","active":true,"id":"p)" + id + "\"}"}, {}));
        },
        system_clock(), random_);
    const auto task = machine.next();
    ASSERT_TRUE(task);
    machine.finished(task->id, rest::FakeServer::reply(
                                   200, R"({"resourceType":"Bundle","entry":[)" + first + "," +
                                            answer(R"(,"etag":"W/\"7\"")", "", "p2") + "]}"));
    const auto alone = machine.next();  // asked for once more, by itself
    ASSERT_TRUE(alone);
    EXPECT_TRUE(alone->request.url.ends_with("/Patient/p1"));
    machine.finished(
        alone->id,
        rest::FakeServer::reply(
            200, R"({"resourceType":"Patient","id":"p1","meta":{"versionId":"1\r\nX: y"}})"));
    const auto write = machine.next();
    ASSERT_TRUE(write);
    EXPECT_TRUE(write->request.url.ends_with("/Patient/p2"));
    machine.finished(write->id, rest::FakeServer::reply(200, "{}"));
    EXPECT_TRUE(machine.done());
    ASSERT_EQ(machine.report().failures.size(), 1U);
    EXPECT_EQ(machine.report().failures[0].error.fault, Fault::server);
    EXPECT_NE(machine.report().failures[0].error.what.find("[http-response-syntax]"),
              std::string::npos);
  }
}

TEST_F(PushTest, AnIdOfTheServerThatIsNoneGoesIntoNoUrl) {
  PushOptions options;
  options.base = rest::FakeServer::kBase;
  bool given = false;
  Push machine(
      options,
      [&]() -> Result<std::optional<rest::PushItem>> {
        if (std::exchange(given, true)) return std::optional<rest::PushItem>();
        return std::optional(*rest::plan_push(
            {"in",
             R"({"resourceType":"Bundle","type":"batch","entry":[{"resource":{"resourceType":"Patient"},
        "request":{"method":"PUT","url":"Patient?identifier=http://h|1"}}]})"},
            {}));
      },
      system_clock(), random_);
  const auto task = machine.next();
  ASSERT_TRUE(task);
  EXPECT_EQ(task->request.url, "https://fhir.test/r4/Patient?identifier=http://h%7C1");
  machine.finished(
      task->id,
      rest::FakeServer::reply(
          200,
          R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"../x?y"}}]})"));
  EXPECT_FALSE(machine.next());
  EXPECT_EQ(machine.report().failures.at(0).error.fault, Fault::server);
}

TEST_F(PushTest, ARefusedTransactionIsOneMessage) {
  std::string entries;
  for (int i = 0; i < 88; ++i)
    entries += std::string(i == 0 ? "" : ",") + R"({"resource":{"resourceType":"Patient","id":"p)" +
               std::to_string(i) + R"("},"request":{"method":"PUT","url":"Patient/p)" +
               std::to_string(i) + "\"}}";
  server_.needs_first = "Patient/none";
  const auto report =
      push({R"({"resourceType":"Bundle","type":"transaction","entry":[)" + entries + "]}"});
  EXPECT_EQ(report.failed, 88U);
  ASSERT_EQ(report.failures.size(), 1U);
  EXPECT_EQ(report.failures[0].resources, 88U);
  EXPECT_TRUE(report.failures[0].target.empty());
}

}  // namespace
}  // namespace paraneo::sync
