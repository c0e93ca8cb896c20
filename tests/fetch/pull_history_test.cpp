#include "fetch/pull_history.h"

#include "capped_server.h"

namespace paraneo::fetch {
namespace {

// Answers the history with `body`, and with `half` where half as much is asked for; reads of single
// resources with `status`.
Pulled pull_with_history(const std::string& body, int status, const std::string& half = {}) {
  Pulled pulled;
  PullOptions options;
  options.base = rest::FakeServer::kBase;
  options.queries = {"Observation"};
  options.since = "2027-01-01";
  options.deletions = true;
  options.page_entries = 2;
  const FixedClock clock;
  Pull machine(
      options, [](auto, auto, auto) { return Result<void>(); },
      [&](std::string_view type, std::string_view id) {
        pulled.deleted.push_back(std::string(type) + "/" + std::string(id));
        return Result<void>();
      },
      clock, clock);
  while (const auto task = machine.next()) {
    const auto& url = task->request.url;
    if (url.find("/_history") != std::string::npos)
      machine.finished(task->id, rest::FakeServer::reply(
                                     200, half.empty() || url.ends_with("_count=2") ? body : half));
    else if (url.find('?') != std::string::npos)
      machine.finished(task->id,
                       rest::FakeServer::reply(
                           200, R"({"resourceType":"Bundle","total":1,"entry":[{"resource":)" +
                                    CappedServer::lab(1, 1'799'000'000'000) + "}]}"));
    else
      machine.finished(task->id,
                       rest::FakeServer::reply(
                           status, status == 200 ? CappedServer::lab(1, 1'799'000'000'000) : ""));
  }
  pulled.report = machine.report();
  EXPECT_FALSE(pulled.report.error);
  return pulled;
}

std::string history_of(const std::string& total, std::vector<int> numbers) {
  std::string entries;
  for (const auto number : numbers)
    entries += (entries.empty() ? "" : ",") +
               std::string(R"({"request":{"method":"DELETE","url":"Observation/o)") +
               std::to_string(number) +
               R"("},"response":{"status":"204","lastModified":"2027-01-14T00:00:00Z"}})";
  return R"({"resourceType":"Bundle","type":"history")" +
         (total.empty() ? "" : ",\"total\":" + total) + R"(,"entry":[)" + entries + "]}";
}

TEST(PullHistory, OfAPatientOnlyItsOwnDeletionsAreListed) {
  const auto former = [](const char* resource) {
    return std::string(
               R"({"resourceType":"Bundle","entry":[{"request":{"method":"DELETE","url":"x"}},{"resource":)") +
           resource + "}]}";
  };
  const std::map<std::string, std::string> histories{
      {"Observation/mine",
       former(R"({"resourceType":"Observation","subject":{"reference":"Patient/p1"}})")},
      {"Observation/other",
       former(R"({"resourceType":"Observation","subject":{"reference":"Patient/p12"},
                                       "performer":[{"reference":"Patient/p1"}]})")},
      {"List/mine",
       former(
           R"({"resourceType":"List","entry":[{"item":{"reference":"https://h/Patient/p1/_history/2"}}]})")},
      {"Patient/p2", {}},
      {"Condition/purged",
       R"({"resourceType":"Bundle","entry":[{"request":{"method":"DELETE","url":"x"}}]})"}};
  std::string deletions;
  for (const auto& [target, text] : histories)
    deletions += std::string(deletions.empty() ? "" : ",") +
                 R"({"request":{"method":"DELETE","url":")" + target + "\"}}";
  PullOptions options;
  options.base = rest::FakeServer::kBase;
  options.patients = {"p1"};
  options.since = "2027-01-01";
  options.deletions = true;
  std::vector<std::string> deleted;
  const FixedClock clock;
  Pull machine(
      options, [](auto, auto, auto) { return Result<void>(); },
      [&](std::string_view type, std::string_view id) {
        deleted.push_back(std::string(type) + "/" + std::string(id));
        return Result<void>();
      },
      clock, clock);
  while (const auto task = machine.next()) {
    const auto& url = task->request.url;
    std::string body = R"({"resourceType":"Bundle","total":0})";
    if (url.ends_with("/Patient/p1")) body = R"({"resourceType":"Patient","id":"p1"})";
    if (url.find("/r4/_history?") != std::string::npos)
      body = R"({"resourceType":"Bundle","entry":[)" + deletions + "]}";
    for (const auto& [target, text] : histories)
      if (url == std::string(rest::FakeServer::kBase) + "/" + target + "/_history") body = text;
    machine.finished(task->id, rest::FakeServer::reply(200, body));
  }
  ASSERT_FALSE(machine.report().error) << machine.report().error->what;
  std::sort(deleted.begin(), deleted.end());
  EXPECT_EQ(deleted, (std::vector<std::string>{"List/mine", "Observation/mine"}));
  EXPECT_TRUE(machine.report().unproven);  // Condition/purged may have been the patient's
}

TEST(PullHistory, DeletionsComeFromTheHistory) {
  auto server = labs(3, 1000);
  server.deleted = {7};
  PullOptions options;
  options.since = "2027-01-01";
  options.deletions = true;
  auto pulled = pull(server, options);
  EXPECT_EQ(pulled.deleted, std::vector<std::string>{"Observation/o7"});
  EXPECT_EQ(server.log.back(),
            "https://fhir.test/r4/Observation/_history?_since=2027-01-01&_count=250");
  options.recent = pulled.report.recent;
  EXPECT_TRUE(pull(server, options).deleted.empty());
  server.history = false;
  EXPECT_TRUE(pull(server, options).report.unproven);
}

TEST(PullHistory, AHistoryThatIsNotAllThereProvesNothing) {
  EXPECT_TRUE(pull_with_history(history_of("8181", {7}), 410).report.unproven);
  // What has no next link is whole where half of it has one, or the server knows no pages.
  const auto half = history_of("1", {7});
  auto with_link = half;
  with_link.insert(1, R"("link":[{"relation":"next","url":"x"}],)");
  for (const auto* total : {"2", ""}) {
    const auto page = history_of(total, {7, 8});
    EXPECT_TRUE(pull_with_history(page, 410, half).report.unproven);
    EXPECT_FALSE(pull_with_history(page, 410, with_link).report.unproven);
    EXPECT_FALSE(pull_with_history(page, 410, page).report.unproven);
  }
  EXPECT_FALSE(pull_with_history(history_of("", {7}), 410).report.unproven);
  EXPECT_FALSE(pull_with_history(history_of("3", {7, 8, 9}), 410).report.unproven);  // it knows no
                                                                                     // pages
}

TEST(PullHistory, WhatAProbeHasLeftIsNobodysDeletion) {
  const auto deleted =
      pull_with_history(
          R"({"entry":[{"request":{"method":"DELETE","url":"Basic/paraneo-probe-12-a"}},{"request":{"method":"DELETE","url":"Basic/b"}}],"resourceType":"Bundle"})",
          410)
          .deleted;
  EXPECT_EQ(deleted, std::vector<std::string>{"Basic/b"});
}

TEST(PullHistory, WhatASearchHasFoundIsDeletedOnlyIfItIsGone) {
  EXPECT_TRUE(pull_with_history(history_of("", {1}), 200).deleted.empty());
  EXPECT_EQ(pull_with_history(history_of("", {1}), 410).deleted,
            std::vector<std::string>{"Observation/o1"});
}

}  // namespace
}  // namespace paraneo::fetch
