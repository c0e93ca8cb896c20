// Servers that leave things out, and what pull makes of them.
#include <gtest/gtest.h>

#include <algorithm>

#include "../rest/fake_server.h"
#include "fetch/pull.h"
#include "fetch/pull_state.h"
#include "rest/instant.h"
#include "rest/url.h"

namespace paraneo::fetch {
namespace {

struct FixedClock final : Clock {
  std::int64_t now_ms() const override { return 1'800'000'000'000; }
};

// Searches labs by _lastUpdated only, and gives no more than `cap` of them however it is asked.
struct CappedServer {
  std::map<int, std::int64_t> labs;  // number -> lastUpdated
  std::set<int> deleted;
  std::size_t cap = 1'000'000;
  bool knows_last_updated = true;
  bool ignores_last_updated = false;
  bool counts = true;
  bool history = true;
  bool versions = true;
  bool repeats = false;  // the last of a page comes again on the next
  std::vector<std::string> log;

  static rest::Response answer(int status, std::string body) {
    return {status,
            {{"Content-Type", "application/fhir+json"}, {"Date", "Fri, 15 Jan 2027 08:00:00 GMT"}},
            std::move(body)};
  }
  static std::string lab(int number, std::int64_t at, bool version = true) {
    return R"({"resourceType":"Observation","id":"o)" + std::to_string(number) + R"(","meta":{)" +
           (version ? R"("versionId":"1",)" : "") + R"("lastUpdated":")" + rest::instant_text(at) +
           "\"}}";
  }
  std::vector<int> matches(const std::string& url) const {
    std::vector<int> found;
    for (const auto& [number, at] : labs) {
      bool fits = true;
      for (auto p = url.find("_lastUpdated="); p != std::string::npos;
           p = url.find("_lastUpdated=", p + 1)) {
        const auto value = url.substr(p + 13, url.find('&', p) - p - 13);
        const auto bound = *rest::instant_ms(value.substr(2));
        fits = fits && (value.starts_with("ge") ? at >= bound : at < bound);
      }
      if (fits || ignores_last_updated) found.push_back(number);
    }
    return found;
  }
  rest::Response get(const std::string& url) {
    log.push_back(url);
    if (url.find("/_history") != std::string::npos) {
      if (!history) return answer(404, rest::FakeServer::outcome("not-supported"));
      std::string entries;
      for (const auto number : deleted)
        entries += (entries.empty() ? "" : ",") +
                   std::string(R"({"request":{"method":"DELETE","url":"Observation/o)") +
                   std::to_string(number) +
                   R"("},"response":{"status":"204","lastModified":"2027-01-14T00:00:00Z"}})";
      return answer(200, R"({"resourceType":"Bundle","type":"history","entry":[)" + entries + "]}");
    }
    if (!knows_last_updated && url.find("_lastUpdated=") != std::string::npos)
      return answer(400, rest::FakeServer::outcome("not-supported"));
    const auto found = matches(url);
    std::string body = R"({"resourceType":"Bundle","type":"searchset")";
    if (counts) body += ",\"total\":" + std::to_string(found.size());
    if (url.find("_summary=count") != std::string::npos)
      return answer(counts ? 200 : 400, body + "}");
    std::size_t at = 0;
    if (const auto p = url.find("&at="); p != std::string::npos) at = std::stoul(url.substr(p + 4));
    const auto page_end = std::min({found.size(), cap, at + 10});
    std::string entries;
    for (auto i = repeats && at > 0 ? at - 1 : at; i < page_end; ++i)
      entries += (entries.empty() ? "" : ",") + std::string("{\"resource\":") +
                 lab(found[i], labs[found[i]], versions) + "}";
    if (page_end < std::min(found.size(), cap))
      body += R"(,"link":[{"relation":"next","url":")" + url.substr(0, url.find("&at=")) +
              "&at=" + std::to_string(page_end) + "\"}]";
    return answer(200, body + ",\"entry\":[" + entries + "]}");
  }
};

struct Pulled {
  PullReport report;
  std::multiset<std::string> got;
  std::vector<std::string> deleted;
};

Pulled pull(CappedServer& server, PullOptions options = {}) {
  options.base = rest::FakeServer::kBase;
  if (options.queries.empty()) options.queries = {"Observation?code=x"};
  Pulled pulled;
  const FixedClock clock;
  Pull machine(
      options,
      [&](auto, std::string_view id, auto) {
        pulled.got.insert(std::string(id));
        return Result<void>();
      },
      [&](std::string_view type, std::string_view id) {
        pulled.deleted.push_back(std::string(type) + "/" + std::string(id));
        return Result<void>();
      },
      clock, clock);
  for (int i = 0; i < 100'000 && !machine.done(); ++i) {
    const auto task = machine.next();
    if (!task) break;
    machine.finished(task->id, rest::classify(server.get(task->request.url), 0));
  }
  EXPECT_TRUE(machine.done());
  pulled.report = machine.report();
  return pulled;
}

CappedServer labs(int count, std::int64_t step_ms) {
  CappedServer server;
  for (int i = 0; i < count; ++i)
    server.labs[(i * 7919) % 100'003] = 1'700'000'000'000 + i * step_ms;
  return server;
}

TEST(PullComplete, AServerThatCapsItsResultsIsReadInWindows) {
  for (const std::size_t cap : {3U, 10U, 25U, 99U}) {
    auto server = labs(100, 1000);
    server.cap = cap;
    const auto pulled = pull(server);
    ASSERT_FALSE(pulled.report.error) << cap << pulled.report.error->what;
    EXPECT_EQ(pulled.got.size(), 100U);
    EXPECT_EQ(std::set(pulled.got.begin(), pulled.got.end()).size(), 100U);
    EXPECT_GT(pulled.report.windows, 0U);
    EXPECT_FALSE(pulled.report.unproven);
    EXPECT_LT(server.log.size(), 2000U);
  }
}

TEST(PullComplete, WindowsEndAtOneMillisecond) {
  auto server = labs(20, 1);
  server.cap = 1;
  EXPECT_EQ(pull(server).got.size(), 20U);
  server = labs(20, 0);  // all at once: no window can part them
  server.cap = 19;
  const auto pulled = pull(server);
  ASSERT_TRUE(pulled.report.error);
  EXPECT_TRUE(pulled.report.unproven);
  EXPECT_NE(pulled.report.error->what.find("announced 20"), std::string::npos);
}

TEST(PullComplete, AServerThatIgnoresTheWindowIsFoundOut) {
  auto server = labs(20, 1000);
  server.cap = 12;
  server.ignores_last_updated = true;
  EXPECT_TRUE(pull(server).report.error);
}

TEST(PullComplete, WithoutACountNothingIsProven) {
  auto server = labs(20, 1000);
  server.counts = false;
  const auto pulled = pull(server);
  EXPECT_FALSE(pulled.report.error);
  EXPECT_TRUE(pulled.report.unproven);
  EXPECT_EQ(pulled.report.without_total, 1U);
  EXPECT_EQ(pulled.got.size(), 20U);
}

TEST(PullComplete, WhatComesOnTwoPagesIsHandedOutOnce) {
  auto server = labs(35, 1000);
  server.repeats = true;
  const auto pulled = pull(server);
  EXPECT_FALSE(pulled.report.error);
  EXPECT_EQ(pulled.got.size(), 35U);
  EXPECT_EQ(pulled.report.repeated, 3U);
}

TEST(PullComplete, AServerWithoutLastUpdatedIsReadAsAWhole) {
  auto server = labs(20, 1000);
  server.knows_last_updated = false;
  PullOptions options;
  options.since = "2026-01-01";
  const auto pulled = pull(server, options);
  ASSERT_FALSE(pulled.report.error) << pulled.report.error->what;
  EXPECT_EQ(pulled.got.size(), 20U);
  EXPECT_EQ(pulled.report.notes.size(), 1U);
}

TEST(PullComplete, AServerWithoutLastUpdatedIsComparedByHash) {
  for (const bool ignores : {false, true}) {
    auto server = labs(20, 1000);
    server.knows_last_updated = ignores;
    server.ignores_last_updated = ignores;
    PullOptions options;
    options.keep_hashes = true;
    options.deletions = true;
    const auto first = pull(server, options);
    EXPECT_EQ(first.got.size(), 20U);
    EXPECT_EQ(first.report.hashes.size(), 20U);

    server.labs[90'001] = 1'700'000'000'000;
    server.labs.begin()->second += 1;
    const auto changed = server.labs.begin()->first;
    const auto gone = std::next(server.labs.begin())->first;
    server.labs.erase(gone);
    options.keep_hashes = false;
    options.since = "2026-01-01";
    options.hashes = first.report.hashes;
    const auto second = pull(server, options);
    ASSERT_FALSE(second.report.error) << second.report.error->what;
    EXPECT_EQ(second.got, (std::multiset<std::string>{"o90001", "o" + std::to_string(changed)}));
    EXPECT_EQ(second.deleted, std::vector<std::string>{"Observation/o" + std::to_string(gone)});
    EXPECT_EQ(second.report.known, 18U);
    EXPECT_EQ(second.report.hashes.size(), 20U);
    EXPECT_EQ(second.report.notes.size(), 1U);
    EXPECT_EQ(server.log.back().find("/_history"), std::string::npos);
  }
}

TEST(PullComplete, HashesAreGivenUpWhereLastUpdatedWorks) {
  auto server = labs(20, 1000);
  PullOptions options;
  options.keep_hashes = true;
  const auto first = pull(server, options);
  options.keep_hashes = false;
  options.since = "2027-01-01";
  options.hashes = first.report.hashes;
  EXPECT_TRUE(pull(server, options).report.hashes.empty());
}

TEST(PullComplete, WhatCannotBeProvenToBeAllReportsNothingAsVanished) {
  auto server = labs(20, 1000);
  PullOptions options;
  options.keep_hashes = true;
  options.deletions = true;
  options.hashes = pull(server, options).report.hashes;
  options.since = "2026-01-01";
  server.knows_last_updated = false;
  server.counts = false;
  server.labs.erase(server.labs.begin());
  const auto second = pull(server, options);
  EXPECT_TRUE(second.report.unproven);
  EXPECT_TRUE(second.deleted.empty());
}

TEST(PullComplete, OfAPatientOnlyItsOwnDeletionsAreListed) {
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

TEST(PullComplete, TheNextPullMissesNothingThatWasCommittedLate) {
  auto server = labs(5, 0);
  const auto newest = server.labs.begin()->second;
  auto first = pull(server);
  EXPECT_EQ(first.report.cursor_ms, newest - 600'000);  // whatever the Date header says
  server.labs[90'001] = newest - 30'000;  // in a transaction that was not yet to be seen
  server.labs[90'002] = newest;           // a tie
  server.labs[90'003] = newest + 5;
  PullOptions options;
  options.since = rest::instant_text(first.report.cursor_ms);
  options.recent = first.report.recent;
  auto second = pull(server, options);
  EXPECT_EQ(second.got, (std::multiset<std::string>{"o90001", "o90002", "o90003"}));
  options.since = rest::instant_text(second.report.cursor_ms);
  options.recent = second.report.recent;
  const auto third = pull(server, options);
  EXPECT_TRUE(third.got.empty());
  EXPECT_EQ(third.report.known, 8U);
  EXPECT_EQ(third.report.cursor_ms, second.report.cursor_ms);
  // Nothing at all is no reason to move on, nor to go back.
  server.labs.clear();
  EXPECT_EQ(pull(server, options).report.cursor_ms, second.report.cursor_ms);
  EXPECT_EQ(pull(server).report.cursor_ms, 0);
}

TEST(PullComplete, WithoutVersionsWhatWasSeenIsKnownByItsTime) {
  auto server = labs(5, 0);
  server.versions = false;
  const auto first = pull(server);
  EXPECT_EQ(first.got.size(), 5U);
  PullOptions options;
  options.since = rest::instant_text(first.report.cursor_ms);
  options.recent = first.report.recent;
  EXPECT_TRUE(pull(server, options).got.empty());
  server.labs.begin()->second += 1;
  EXPECT_EQ(pull(server, options).got.size(), 1U);
}

TEST(PullComplete, AResourceOfTheFutureDoesNotMoveTheCursor) {
  auto server = labs(5, 0);
  const auto newest = server.labs.begin()->second;
  server.labs[90'001] = *rest::instant_ms("9999-12-31T00:00:00Z");
  const auto first = pull(server);
  EXPECT_EQ(first.report.cursor_ms, newest - 600'000);
  EXPECT_EQ(first.report.notes.size(), 1U);
  PullOptions options;
  options.since = rest::instant_text(first.report.cursor_ms);
  options.recent = first.report.recent;
  server.labs[90'002] = newest + 1000;
  EXPECT_EQ(pull(server, options).got, (std::multiset<std::string>{"o90002"}));  // and it is known
                                                                                 // itself
}

TEST(PullCursor, CountsHowLongThePullTook) {
  struct HandClock final : Clock {
    std::int64_t now_ms() const override { return now; }
    std::int64_t now = 0;
  } durations;
  const FixedClock clock;
  constexpr std::int64_t kNewest = 1'700'000'000'000;
  PullCursor cursor(600'000, 0, clock, durations);
  cursor.begin();
  cursor.saw("Patient/a", "1", kNewest - 1000);
  durations.now = 1'200'000;  // a second search, twenty minutes later
  cursor.saw("Observation/b", "1", kNewest + 1'200'000);
  // A Patient that was written a minute after its search is later than that.
  EXPECT_EQ(cursor.next_ms(), kNewest - 600'000);
  EXPECT_EQ(cursor.recent().size(), 2U);
}

TEST(PullCursor, KeepsOnlyWhatComesAgain) {
  const FixedClock clock;
  PullCursor cursor(1000, 0, clock, clock);
  cursor.begin();
  for (int i = 0; i < 100'000; ++i)
    cursor.saw("Patient/" + std::to_string(i), "1", 1'700'000'000'000 + i);
  EXPECT_EQ(cursor.recent().size(), 1001U);
}

// Pages that never end, in three ways.
TEST(PullComplete, PagesWithoutEndEnd) {
  const auto endless = [](const std::function<std::string(std::size_t)>& entries,
                          PullOptions options) {
    options.base = rest::FakeServer::kBase;
    options.queries = {"Observation"};
    Pull machine(options, [](auto, auto, auto) { return Result<void>(); });
    std::size_t pages = 0;
    while (const auto task = machine.next()) {
      ++pages;
      machine.finished(
          task->id,
          rest::FakeServer::reply(
              200,
              R"({"resourceType":"Bundle","link":[{"relation":"next","url":"https://fhir.test/r4?p=)" +
                  std::to_string(pages) + R"("}],"entry":[)" + entries(pages) + "]}"));
    }
    EXPECT_TRUE(machine.report().error);
    EXPECT_EQ(machine.report().error->fault, Fault::server);
    EXPECT_NE(machine.report().error->what.find("do not end"), std::string::npos);
    return pages;
  };
  const auto lab = [](std::size_t number) {
    return "{\"resource\":" + CappedServer::lab(static_cast<int>(number), 0) + "}";
  };
  EXPECT_EQ(endless([](std::size_t) { return std::string(); }, {}), 100U);
  EXPECT_EQ(endless([&](std::size_t) { return lab(1); }, {}), 101U);
  PullOptions few;
  few.pages_max = 500;
  EXPECT_EQ(endless(lab, few), 500U);
}

TEST(PullComplete, DeletionsComeFromTheHistory) {
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

// Answers the history with `body`, and reads of single resources with `status`.
Pulled pull_with_history(const std::string& body, int status) {
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
      machine.finished(task->id, rest::FakeServer::reply(200, body));
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

TEST(PullComplete, AHistoryThatIsNotAllThereProvesNothing) {
  EXPECT_TRUE(pull_with_history(history_of("8181", {7}), 410).report.unproven);
  EXPECT_TRUE(pull_with_history(history_of("2", {7, 8}), 410).report.unproven);  // as many as were
                                                                                 // asked for
  EXPECT_TRUE(pull_with_history(history_of("", {7, 8}), 410).report.unproven);
  EXPECT_FALSE(pull_with_history(history_of("", {7}), 410).report.unproven);
  EXPECT_FALSE(pull_with_history(history_of("3", {7, 8, 9}), 410).report.unproven);  // it knows no
                                                                                     // pages
}

TEST(PullComplete, WhatAProbeHasLeftIsNobodysDeletion) {
  const auto deleted =
      pull_with_history(
          R"({"entry":[{"request":{"method":"DELETE","url":"Basic/paraneo-probe-12-a"}},{"request":{"method":"DELETE","url":"Basic/b"}}],"resourceType":"Bundle"})",
          410)
          .deleted;
  EXPECT_EQ(deleted, std::vector<std::string>{"Basic/b"});
}

TEST(PullComplete, WhatASearchHasFoundIsDeletedOnlyIfItIsGone) {
  EXPECT_TRUE(pull_with_history(history_of("", {1}), 200).deleted.empty());
  EXPECT_EQ(pull_with_history(history_of("", {1}), 410).deleted,
            std::vector<std::string>{"Observation/o1"});
}

TEST(PullState, IsReadAsItWasWritten) {
  const PullState state{
      "https://h/r4", "w\"x", 1'700'000'000'123, {{"Patient/1", "3"}}, {{"Patient/2", "h"}}};
  const auto read = read_state(write_state(state), "f");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->server, state.server);
  EXPECT_EQ(read->what, state.what);
  EXPECT_EQ(read->cursor_ms, state.cursor_ms);
  EXPECT_EQ(read->recent, state.recent);
  EXPECT_EQ(read->hashes, state.hashes);
  // The cursor of an earlier version came from the server's Date header, which may have been ahead.
  auto before = write_state(state);
  before.replace(before.find("pull-state/2"), 12, "pull-state/1");
  ASSERT_TRUE(read_state(before, "f"));
  EXPECT_EQ(read_state(before, "f")->cursor_ms, state.cursor_ms - 86'400'000);
  EXPECT_EQ(read_state(before, "f")->recent, state.recent);
  before.replace(before.find("pull-state/1"), 12, "pull-state/3");
  EXPECT_FALSE(read_state(before, "f"));
  EXPECT_FALSE(read_state("{}", "f"));
  EXPECT_FALSE(read_state("", "f"));
}

TEST(Instant, ZonesAndPrecisions) {
  EXPECT_EQ(rest::instant_ms("1970-01-01T01:00:00+01:00"), 0);
  EXPECT_EQ(rest::instant_ms("1970-01-02"), 86'400'000);
  EXPECT_EQ(rest::instant_ms("1970-01-01T00:00:00.12Z"), 120);
  EXPECT_FALSE(rest::instant_ms("1970-01-01T00:00:00"));
  EXPECT_EQ(rest::instant_text(1'700'000'000'120), "2023-11-14T22:13:20.120Z");
}

}  // namespace
}  // namespace paraneo::fetch
