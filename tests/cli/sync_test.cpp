// The verb sync, as a user runs it, against the sandbox.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <chrono>
#include <random>

#include "case_record.h"
#include "program.h"
#include "store/database.h"

namespace paraneo::cli {
namespace {

namespace fs = std::filesystem;

std::string record(int number, const std::string& value, bool second = true) {
  return case_record(number, value, second);
}

class Sync : public testing::Test {
 protected:
  Sync() : program_(testing::UnitTest::GetInstance()->current_test_info()->name()) {
    fs::create_directories(program_.path("records"));
  }
  void put(int number, const std::string& text) {
    program_.write("records/" + std::to_string(number) + ".json", text);
  }
  void configure(const std::string& base, const std::string& more = {}) {
    program_.write("paraneo.toml", "[sync]\nserver = \"" + base + "\"\ncertificate-authority = \"" +
                                       program_.path("tls/ca.crt") + "\"\nsource = \"" +
                                       program_.path("records") + "\"\nledger = \"" +
                                       program_.path("ledger.sqlite") + "\"\n" + more);
  }
  std::vector<std::string> words(std::vector<std::string> action) const {
    action.insert(action.begin(), "sync");
    action.insert(action.end(), {"--config", program_.path("paraneo.toml")});
    return action;
  }
  Ended sync(const std::vector<std::string>& action) { return program_.run(words(action)); }
  // Every resource of the server, with its version, without its time.
  std::string all(const std::string& base) {
    std::vector<std::string> arguments{"pull"};
    for (const auto& word : program_.connection(base)) arguments.push_back(word);
    auto text = program_.run(arguments).out;
    const std::string name = "\"lastUpdated\":\"";
    for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
      const auto begin = at + name.size();
      text.replace(begin, text.find('"', begin) - begin, "2026-01-01T00:00:00Z");
    }
    return text;
  }
  Program program_;
};

// As every output: written through, never put in the place of what is no file; and for a collector
// to read.
TEST_F(Sync, MetricsGoWhereALinkLeads) {
  configure(program_.sandbox());
  put(0, record(0, "26.0"));
  const auto link = program_.path("link.prom");
  const auto file = program_.path("metrics.prom");
  std::filesystem::create_symlink(file, link);
  const auto mask = umask(077);
  const auto done = sync({"run", "--metrics", link});
  umask(mask);
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_NE(
      program_.read("metrics.prom").find("paraneo_sync_resources_sent{action=\"created\"} 3\n"),
      std::string::npos);
  EXPECT_EQ(std::filesystem::status(file).permissions(), std::filesystem::perms(0644));
}

TEST_F(Sync, PlansSendsAndThenHasNothingToDo) {
  const auto base = program_.sandbox();
  configure(base);
  for (int i = 0; i < 6; ++i) put(i, record(i, "26.0"));
  auto done = sync({"plan"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_EQ(done.out.find("create Patient/"), 0U);
  EXPECT_NE(done.err.find("18 to create"), std::string::npos) << done.err;
  EXPECT_EQ(all(base), "");
  done = sync({"run", "--once", "--metrics", program_.path("metrics.prom")});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(done.err.find("created 18, updated 0"), std::string::npos) << done.err;
  EXPECT_NE(
      program_.read("metrics.prom").find("paraneo_sync_resources_sent{action=\"created\"} 18\n"),
      std::string::npos);
  done = sync({"run"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(done.err.find("6 untouched"), std::string::npos) << done.err;
  EXPECT_NE(done.err.find("created 0, updated 0"), std::string::npos);

  put(0, record(0, "27"));
  put(1, record(1, "26.0", false));
  done = sync({"plan"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(done.out.find("valueQuantity.value: 26.0 -> 27"), std::string::npos) << done.out;
  EXPECT_NE(done.out.find("retract Observation/"), std::string::npos);
  done = sync({"run"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(done.err.find("created 0, updated 1, retracted 1"), std::string::npos) << done.err;
  EXPECT_NE(all(base).find("\"status\":\"entered-in-error\""), std::string::npos);
  EXPECT_EQ(done.err.find("case-"), std::string::npos);
  EXPECT_EQ(sync({"status"}).code, 0);
}

TEST_F(Sync, AShrunkenSourceStopsTheRun) {
  const auto base = program_.sandbox();
  configure(base);
  for (int i = 0; i < 4; ++i) put(i, record(i, "1"));
  ASSERT_EQ(sync({"run"}).code, 0);
  const auto before = all(base);
  for (int i = 1; i < 4; ++i) fs::remove(program_.path("records/" + std::to_string(i) + ".json"));
  auto done = sync({"run"});
  EXPECT_EQ(done.code, 5);
  EXPECT_NE(done.err.find("3 of 4 known records"), std::string::npos) << done.err;
  EXPECT_EQ(all(base), before);
  done = sync({"run", "--shrink-max", "100", "--on-vanish", "delete"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(done.err.find("retracted 9"), std::string::npos) << done.err;
  const auto after = all(base);
  EXPECT_EQ(std::count(after.begin(), after.end(), '\n'), 3);
}

// Another namespace is another id for every resource: that is for a person to decide.
TEST_F(Sync, AnotherNamespaceIsNoSilentSecondCopy) {
  const auto base = program_.sandbox();
  configure(base, "namespace = 'https://doi.org'\nshrink-max = 100\n");
  put(1, record(1, "1"));
  ASSERT_EQ(sync({"run"}).code, 0);
  const auto before = all(base);
  configure(base, "shrink-max = 100\n");
  const auto plan = sync({"plan"});
  EXPECT_NE(
      plan.err.find("1 record of this source is in the ledger under the namespace https://doi.org"),
      std::string::npos)
      << plan.err;
  EXPECT_NE(plan.err.find("with --namespace https://doi.org the ids stay"), std::string::npos)
      << plan.err;
  const auto refused = sync({"run"});
  EXPECT_EQ(refused.code, 2) << refused.err;
  EXPECT_EQ(all(base), before);
  configure(base, "namespace = 'https://doi.org'\nshrink-max = 100\n");
  EXPECT_NE(sync({"run"}).err.find("created 0, updated 0, retracted 0"), std::string::npos);
  configure(base, "shrink-max = 100\n");
  const auto done = sync({"run", "--change-namespace", "--on-vanish", "delete"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(done.err.find("retracted 3"), std::string::npos) << done.err;
  EXPECT_EQ(sync({"run"}).code, 0);
}

TEST_F(Sync, SomebodyElsesChangeIsParkedShownAndSettled) {
  const auto base = program_.sandbox();
  configure(base, "shrink-max = 100\n");
  put(1, record(1, "1", false));
  ASSERT_EQ(sync({"run"}).code, 0);
  auto theirs = all(base);
  theirs.erase(0, theirs.find("{\"resourceType\":\"Observation\""));
  theirs.replace(theirs.find("\"value\":1"), 9, "\"value\":5");
  std::vector<std::string> push{"push", "-"};
  for (const auto& word : program_.connection(base)) push.push_back(word);
  ASSERT_EQ(program_.run(push, theirs).code, 0);

  put(1, record(1, "2", false));
  EXPECT_EQ(sync({"run"}).code, 5);
  EXPECT_NE(all(base).find("\"value\":5"), std::string::npos);
  auto status = sync({"status"});
  EXPECT_EQ(status.code, 5);
  EXPECT_NE(status.out.find("valueQuantity.value: theirs 5, ours 2"), std::string::npos)
      << status.out;
  EXPECT_EQ(sync({"run"}).code, 5);  // waits for a person
  EXPECT_EQ(sync({"retry", "--all", "--resolve", "ours"}).code, 0);
  const auto settled = sync({"run"});
  EXPECT_EQ(settled.code, 0) << settled.err;
  EXPECT_NE(all(base).find("\"value\":2"), std::string::npos);
  EXPECT_EQ(sync({"status"}).code, 0);
}

TEST_F(Sync, ABadRecordIsADeadLetterAndTheOthersGoThrough) {
  const auto base = program_.sandbox();
  configure(base);
  for (int i = 0; i < 3; ++i) put(i, record(i, "1"));
  put(3,
      R"({"resourceType":"CaseRecord","version":"1","id":"case-3","subject":{"sex":"nonsense"}})");
  auto done = sync({"run"});
  EXPECT_EQ(done.code, 1) << done.err;
  EXPECT_NE(done.err.find("created 9"), std::string::npos) << done.err;
  const auto status = sync({"status", "--json"});
  EXPECT_EQ(status.code, 1);
  EXPECT_NE(status.out.find(R"("kind":"dead","record":"case-3")"), std::string::npos) << status.out;
  EXPECT_EQ(sync({"drop", "case-3"}).code, 0);
  EXPECT_EQ(sync({"status"}).code, 0);
  EXPECT_EQ(sync({"run"}).code, 0);
  put(3, record(3, "1"));
  done = sync({"run"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(done.err.find("created 3"), std::string::npos) << done.err;
}

TEST_F(Sync, ReadsStandardInputAndDatabases) {
  const auto base = program_.sandbox();
  program_.write("paraneo.toml", "[sync]\nserver = \"" + base + "\"\ncertificate-authority = \"" +
                                     program_.path("tls/ca.crt") + "\"\nledger = \"" +
                                     program_.path("ledger.sqlite") + "\"\n");
  const auto done =
      program_.run(words({"run", "--source", "-"}), record(1, "1") + "\n" + record(2, "1") + "\n");
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(done.err.find("created 6"), std::string::npos) << done.err;
  const auto again =
      program_.run(words({"run", "--source", "-"}), record(2, "1") + "\n" + record(1, "1") + "\n");
  EXPECT_NE(again.err.find("2 untouched"), std::string::npos) << again.err;
  {
    auto database = store::Database::open(program_.path("cases.sqlite"));
    ASSERT_TRUE(database->script("CREATE TABLE c (id TEXT, body TEXT)"));
    ASSERT_TRUE(
        database->run("INSERT INTO c VALUES ('x', ?), ('y', ?)", {record(8, "1"), record(9, "1")}));
  }
  const auto rows = sync({"run", "--source-database", program_.path("cases.sqlite"),
                          "--source-query", "SELECT body, id FROM c"});
  EXPECT_EQ(rows.code, 0) << rows.err;
  EXPECT_NE(rows.err.find("created 6"), std::string::npos) << rows.err;
  const auto none = sync({"run"});
  EXPECT_EQ(none.code, 2);
  EXPECT_NE(none.err.find("--source"), std::string::npos);
}

TEST_F(Sync, ALedgerIsForOneServer) {
  configure(program_.sandbox());
  put(1, record(1, "1"));
  ASSERT_EQ(sync({"plan"}).code, 0);
  EXPECT_FALSE(fs::exists(program_.path("ledger.sqlite")));
  ASSERT_EQ(sync({"run"}).code, 0);
  configure(program_.sandbox());
  const auto other = sync({"run"});
  EXPECT_EQ(other.code, 2);
  EXPECT_NE(other.err.find("another server"), std::string::npos) << other.err;
}

TEST_F(Sync, KilledAtAnyMomentItEndsAsIfItHadNotBeen) {
  const auto before = [&] {
    for (int i = 0; i < 60; ++i) put(i, record(i, "1"));
  };
  const auto after = [&] {
    for (int i = 0; i < 60; i += 2) put(i, record(i, "2", i % 4 == 0));
    for (int i = 55; i < 60; ++i)
      fs::remove(program_.path("records/" + std::to_string(i) + ".json"));
  };

  // Nobody kills, and the clock says how long a run takes on this machine.
  const auto clean = program_.sandbox();
  configure(clean, "transaction-entries = 12\nshrink-max = 100\n");
  before();
  const auto start = std::chrono::steady_clock::now();
  ASSERT_EQ(sync({"run"}).code, 0);
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - start);
  after();
  ASSERT_EQ(sync({"run"}).code, 0);

  // A server and a ledger of its own.
  const auto base = program_.sandbox({"--log-requests"});
  for (const auto* end : {"", "-wal", "-shm"})
    fs::remove(program_.path(std::string("ledger.sqlite") + end));
  configure(base, "transaction-entries = 12\nshrink-max = 100\n");
  std::mt19937 random(7);
  int killed = 0;
  const auto interrupted = [&] {
    // Once for certain with something on its way, and then whenever it hits.
    const auto answered = program_.answered();
    killed += program_.run_and_kill_when(words({"run"}),
                                         [&] { return program_.answered() > answered + 1; })
                  ? 1
                  : 0;
    for (int i = 0; i < 12; ++i)
      killed +=
          program_.run_and_kill(
              words({"run"}), static_cast<int>(random() % static_cast<unsigned>(took.count() + 1)))
              ? 1
              : 0;
    return sync({"run"});
  };
  before();
  auto done = interrupted();
  EXPECT_EQ(done.code, 0) << done.err;
  after();
  done = interrupted();
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_GT(killed, 0);
  EXPECT_EQ(all(base), all(clean));
}

TEST_F(Sync, WatchesUntilItIsToldToEndAndTellsSystemd) {
  const auto base = program_.sandbox();
  configure(base);
  put(1, record(1, "1"));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto path = program_.path("notify");
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const int socket_file = socket(AF_UNIX, SOCK_DGRAM, 0);
  ASSERT_EQ(bind(socket_file, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  setenv("NOTIFY_SOCKET", path.c_str(), 1);
  setenv("WATCHDOG_USEC", "200000", 1);
  const auto ended = program_.run_and_terminate_when(words({"run", "--watch", "0.2"}), [&] {
    return program_.read("stderr").find("1 untouched") != std::string::npos;
  });
  unsetenv("NOTIFY_SOCKET");
  unsetenv("WATCHDOG_USEC");
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_NE(ended.err.find("created 3"), std::string::npos) << ended.err;
  EXPECT_NE(ended.err.find("1 untouched"), std::string::npos) << ended.err;
  std::vector<std::string> told;
  char words[200];
  for (ssize_t size = 0; (size = recv(socket_file, words, sizeof words, MSG_DONTWAIT)) > 0;)
    told.emplace_back(words, static_cast<std::size_t>(size));
  close(socket_file);
  const auto count = [&](const std::string& word) {
    return std::count(told.begin(), told.end(), word);
  };
  EXPECT_EQ(count("READY=1"), 1);
  EXPECT_EQ(count("STOPPING=1"), 1);
  EXPECT_GE(count("WATCHDOG=1"), 2);  // while it runs, and while it waits
}

TEST_F(Sync, GoesByWhatProbeFoundUnlessToldOtherwise) {
  const auto base = program_.sandbox();
  const auto probed_with = [&](const std::string& key, const std::string& value) {
    std::vector<std::string> probe{"probe"};
    for (const auto& word : program_.connection(base)) probe.push_back(word);
    EXPECT_EQ(program_.run(probe).code, 0);
    for (const auto& file : fs::directory_iterator(program_.path("state/paraneo"))) {
      const auto name = "state/paraneo/" + file.path().filename().string();
      auto text = program_.read(name);
      const auto at = text.find("\"" + key + "\": \"") + key.size() + 5;
      text.replace(at, text.find('"', at) - at, value);
      program_.write(name, text);
    }
  };
  configure(base);
  for (int i = 0; i < 6; ++i) put(i, record(i, "1"));
  probed_with("transactionEntries", "3");
  auto done = sync({"run", "--log", "json"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(done.err.find("transactions of 3 resources, with If-Match"), std::string::npos)
      << done.err;
  EXPECT_NE(done.err.find(R"("requests":6,)"), std::string::npos) << done.err;  // each of six is
                                                                                // written if it is
                                                                                // not there
  put(0, record(0, "2"));
  probed_with("ifMatch", "ignored");
  done = sync({"run", "--transaction-entries", "50", "--log", "json"});
  EXPECT_NE(done.err.find("transactions of 50 resources, without If-Match"), std::string::npos)
      << done.err;
  EXPECT_NE(done.err.find(R"("requests":2,)"), std::string::npos) << done.err;
  put(0, record(0, "3"));
  configure(base, "if-match = true\n");
  done = sync({"run", "--log", "json"});
  EXPECT_NE(done.err.find("with If-Match"), std::string::npos) << done.err;
  EXPECT_NE(done.err.find(R"("requests":1,)"), std::string::npos) << done.err;
  configure(base);
  probed_with("updateAsCreate", "no");
  done = sync({"run"});
  EXPECT_EQ(done.code, 3) << done.err;
}

TEST_F(Sync, StatusShowsTheLastRunAndTheAuditTrail) {
  const auto base = program_.sandbox();
  configure(base);
  for (int i = 0; i < 2; ++i) put(i, record(i, "1"));
  EXPECT_EQ(sync({"run"}).code, 0);
  auto status = sync({"status"});
  EXPECT_NE(status.out.find("with code 0 after "), std::string::npos) << status.out;
  EXPECT_NE(status.out.find("records: 2 sent ("), std::string::npos) << status.out;
  status = sync({"status", "--json", "--audit", "4"});
  EXPECT_NE(status.out.find(R"("kind":"last_run","ended_ms":)"), std::string::npos) << status.out;
  EXPECT_NE(status.out.find(R"("records_sent":2,"records_untouched":0,"resources_written":6)"),
            std::string::npos)
      << status.out;
  std::size_t writes = 0;
  for (auto at = status.out.find(R"("kind":"write")"); at != std::string::npos;
       at = status.out.find(R"("kind":"write")", at + 1))
    ++writes;
  EXPECT_EQ(writes, 4U) << status.out;
  EXPECT_NE(status.out.find(R"("action":"create","server":")" + base), std::string::npos)
      << status.out;
}

// The sandbox takes deletions from anybody.
TEST_F(Sync, WhatAServerLostIsFoundAndWrittenAgain) {
  const auto base = program_.sandbox();
  configure(base);
  for (int i = 0; i < 3; ++i) put(i, record(i, "1"));
  EXPECT_EQ(sync({"run"}).code, 0);
  EXPECT_EQ(sync({"verify"}).code, 0);
  const auto before = all(base);
  const auto at = before.find(R"({"resourceType":"Observation","id":")") + 36;
  const auto target = "Observation/" + before.substr(at, before.find('"', at) - at);
  std::vector<std::string> push{"push", "-"};
  for (const auto& word : program_.connection(base)) push.push_back(word);
  ASSERT_EQ(
      program_
          .run(
              push,
              R"({"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"DELETE","url":")" +
                  target + "\"}}]}")
          .code,
      0);
  EXPECT_NE(sync({"run"}).err.find("3 untouched"), std::string::npos);
  auto done = sync({"verify"});
  EXPECT_EQ(done.code, 1) << done.err;
  EXPECT_EQ(done.out.find("missing  " + target), 0U) << done.out;
  EXPECT_EQ(sync({"verify", "--repair"}).code, 0);
  EXPECT_EQ(sync({"run"}).code, 5);  // parked
  done = sync({"run", "--on-conflict", "ours"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(all(base).find(target.substr(12)), std::string::npos);
  EXPECT_EQ(sync({"verify"}).code, 0);
  // In one.
  ASSERT_EQ(
      program_
          .run(
              push,
              R"({"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"DELETE","url":")" +
                  target + "\"}}]}")
          .code,
      0);
  done = sync({"run", "--verify", "--on-conflict", "ours"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(all(base).find(target.substr(12)), std::string::npos);
}

TEST_F(Sync, AServerWithAnotherAddressIsRebased) {
  const auto base = program_.sandbox();
  configure(base);
  put(0, record(0, "1"));
  EXPECT_EQ(sync({"run"}).code, 0);
  auto other = base;
  other.replace(other.find("localhost"), 9, "127.0.0.1");
  configure(other);
  EXPECT_NE(sync({"run"}).err.find("sync rebase"), std::string::npos);
  EXPECT_EQ(sync({"rebase", other}).code, 0);
  EXPECT_EQ(sync({"run"}).code, 0);
}

TEST_F(Sync, WhatWasRetractedIsToldByRecord) {
  configure(program_.sandbox(), "on-vanish = \"delete\"\nshrink-max = 100\n");
  for (int i = 0; i < 3; ++i) put(i, record(i, "1"));
  EXPECT_EQ(sync({"run"}).code, 0);
  std::filesystem::remove(program_.path("records/1.json"));
  const auto done = sync({"run", "--log", "json"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(done.err.find(R"("event":"record-retracted","record":)"), std::string::npos)
      << done.err;
  EXPECT_EQ(done.err.find("case-1"), std::string::npos) << done.err;
  EXPECT_NE(done.err.find(R"("event":"sync-ended","records":1,)"), std::string::npos) << done.err;
}

TEST_F(Sync, ARunThatDoesNotBeginIsInTheMetrics) {
  const auto metrics = program_.path("metrics.prom");
  configure(program_.sandbox());
  put(0, record(0, "1"));
  EXPECT_EQ(sync({"run", "--metrics", metrics}).code, 0);
  const auto whole = program_.read("metrics.prom");
  for (const auto* line :
       {"paraneo_sync_runs_total{outcome=\"done\"} 1\n", "# TYPE paraneo_sync_runs_total counter\n",
        "paraneo_sync_resources_written_total{action=\"created\"} 3\n",
        "paraneo_sync_oldest_waiting_seconds{state=\"dead\"} 0\n"})
    EXPECT_NE(whole.find(line), std::string::npos) << line << whole;
  EXPECT_NE(whole.find("paraneo_sync_ledger_bytes "), std::string::npos);
  const auto file = open((program_.path("ledger.sqlite") + ".lock").c_str(), O_RDWR);
  ASSERT_EQ(flock(file, LOCK_EX), 0);
  const auto busy = sync({"run", "--metrics", metrics});
  close(file);
  EXPECT_EQ(busy.code, 4) << busy.err;
  const auto failed = program_.read("metrics.prom");
  EXPECT_NE(failed.find("paraneo_sync_last_run_exit_code 4"), std::string::npos) << failed;
  EXPECT_NE(failed.find("paraneo_sync_runs_total{outcome=\"done\"} 1\n"), std::string::npos)
      << failed;
  std::filesystem::remove(metrics);
  configure("https://localhost:1/fhir", "bearer-token-file = \"/none\"\n");
  const auto code = sync({"run", "--metrics", metrics}).code;
  EXPECT_NE(code, 0);
  EXPECT_NE(
      program_.read("metrics.prom").find("paraneo_sync_last_run_exit_code " + std::to_string(code)),
      std::string::npos);
}

TEST_F(Sync, AWrongPathEndsItAtOnce) {
  const auto base = program_.sandbox({"--log-requests"});
  configure(base + "/wrong");
  for (int i = 0; i < 100; ++i) put(i, record(i, "1"));
  const auto done = sync({"run"});
  EXPECT_EQ(done.code, 3) << done.err;
  EXPECT_NE(done.err.find("base URL"), std::string::npos) << done.err;
  const auto requests = program_.read("stderr-sandbox");
  std::size_t count = 0;
  for (auto at = requests.find("/wrong"); at != std::string::npos;
       at = requests.find("/wrong", at + 1))
    ++count;
  // Those that were on their way; 100 records would be some 300.
  constexpr std::size_t kOnTheirWayMax = 40;
  EXPECT_LE(count, kOnTheirWayMax) << requests;
}

TEST_F(Sync, StructuredLogsNameNoRecordUnlessAsked) {
  const auto base = program_.sandbox();
  configure(base);
  program_.write(
      "records/miller.json",
      R"({"resourceType":"CaseRecord","version":"1","id":"miller","subject":{"sex":"nonsense"}})");
  auto done = sync({"run", "--log", "json"});
  EXPECT_EQ(done.code, 1) << done.err;
  EXPECT_EQ(done.err.find("miller"), std::string::npos) << done.err;
  EXPECT_EQ(sync({"retry", "--all"}).code, 0);
  done = sync({"run", "--log", "json", "--show-ids"});
  EXPECT_NE(done.err.find("miller"), std::string::npos) << done.err;
}

// Somebody deleted there what the ledger takes for there: a refused record may be refused for just
// that.
TEST_F(Sync, ARetriedDeadLetterLooksAtAllOfItsRecord) {
  const auto base = program_.sandbox();
  configure(base);
  put(1, record(1, "1"));
  ASSERT_EQ(sync({"run"}).code, 0);
  const auto complete = all(base);
  put(1,
      R"({"resourceType":"CaseRecord","version":"1","id":"case-1","subject":{"sex":"nonsense"}})");
  ASSERT_EQ(sync({"run"}).code, 1);
  const auto patient = complete.find(R"("resourceType":"Patient","id":")");
  ASSERT_NE(patient, std::string::npos) << complete;
  const auto id = complete.substr(patient + 31, 36);
  std::vector<std::string> push{"push", "-"};
  for (const auto& word : program_.connection(base)) push.push_back(word);
  ASSERT_EQ(
      program_
          .run(
              push,
              R"({"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"DELETE","url":"Patient/)" +
                  id + "\"}}]}")
          .code,
      0);
  put(1, record(1, "1"));
  ASSERT_EQ(sync({"retry", "--all"}).code, 0);
  EXPECT_EQ(sync({"run"}).code, 5);
  EXPECT_NE(sync({"status"}).out.find("Patient/" + id), std::string::npos);
  ASSERT_EQ(sync({"retry", "--all", "--resolve", "ours"}).code, 0);
  EXPECT_EQ(sync({"run"}).code, 0);
  EXPECT_NE(all(base).find(R"("resourceType":"Patient","id":")" + id), std::string::npos);
}

TEST_F(Sync, AnUnknownRecordIsNamedAndNothingIsDone) {
  configure(program_.sandbox());
  put(1,
      "{\"resourceType\":\"CaseRecord\",\"version\":\"1\",\"id\":\"bad\",\"subject\":{\"sex\":\"nonsense\"}}");
  EXPECT_EQ(sync({"run"}).code, 1);
  for (const auto* action : {"retry", "drop"}) {
    const auto done = sync({action, "bad", "bda"});
    EXPECT_EQ(done.code, 2);
    EXPECT_NE(done.err.find("unknown: no dead letter and no parked record is called bda"),
              std::string::npos)
        << done.err;
  }
  EXPECT_NE(sync({"status"}).out.find("dead  bad"), std::string::npos);
  EXPECT_EQ(sync({"drop", "bad"}).code, 0);
  EXPECT_EQ(sync({"drop", "--all"}).code, 0);
}

// It ended with 4 and without a word.
TEST_F(Sync, ToldToEndBeforeItHasSentAnythingItSaysSo) {
  configure(program_.sandbox());
  for (int i = 0; i < 1500; ++i) put(i, record(i, "26.0"));
  const auto done = program_.run_and_terminate_when(
      words({"run"}), [&] { return std::filesystem::exists(program_.path("ledger.sqlite")); });
  EXPECT_EQ(done.code, 4) << done.err;
  EXPECT_NE(done.err.find("told to end"), std::string::npos) << done.err;
}

// What cannot be read is named in every form of the log: it has no record whose name would be told.
TEST_F(Sync, AFileThatCannotBeReadIsNamed) {
  configure(program_.sandbox());
  put(1, record(1, "26.0"));
  std::filesystem::create_symlink("nowhere", program_.path("records/gone.json"));
  for (const auto* form : {"text", "json"}) {
    const auto done = sync({"run", "--log", form});
    EXPECT_EQ(done.code, 1) << done.err;
    EXPECT_NE(done.err.find("records/gone.json"), std::string::npos) << done.err;
  }
}

TEST_F(Sync, AConfigurationWithAnUnknownKeyIsRefused) {
  configure("https://localhost:1", "shrink_maximum = 3\n");
  auto done = sync({"plan"});
  EXPECT_EQ(done.code, 2) << done.err;
  EXPECT_NE(done.err.find("paraneo.toml:6:1: error"), std::string::npos) << done.err;
  EXPECT_NE(done.err.find("shrink_maximum = 3\n"), std::string::npos) << done.err;
  program_.write("paraneo.toml", "[sync]\nserver = 'x'\nsuorce = 'x'\n");
  EXPECT_NE(sync({"plan"}).err.find("did you mean \"source\"?"), std::string::npos);
  program_.write("paraneo.toml", "[snyc]\nserver = 'x'\n");
  EXPECT_NE(sync({"plan"}).err.find("did you mean \"sync\"?"), std::string::npos);
  program_.write("paraneo.toml", "[sync]\nwatch = 60\n");
  EXPECT_NE(sync({"run"}).err.find("[sync.run]"), std::string::npos);
  program_.write("paraneo.toml", "[sync]\nserver = 'x\n");
  done = sync({"plan"});
  EXPECT_NE(done.err.find("not TOML"), std::string::npos) << done.err;
  EXPECT_NE(done.err.find("paraneo.toml:2:"), std::string::npos) << done.err;
}

TEST_F(Sync, AWrongValueInAConfigurationIsShownInItsPlace) {
  const auto shown = [&](const std::string& line) {
    program_.write("paraneo.toml", "[sync]\nserver = 'https://localhost:1'\n" + line + "\n");
    const auto done = sync({"plan"});
    EXPECT_EQ(done.code, 2) << done.err;
    EXPECT_NE(done.err.find("[config-value]\n"), std::string::npos) << done.err;
    EXPECT_NE(done.err.find(line + "\n"), std::string::npos) << done.err;
    const auto place = done.err.find("paraneo.toml:3:");
    return place == std::string::npos ? done.err
                                      : done.err.substr(place, done.err.find(' ', place) - place);
  };
  EXPECT_EQ(shown("on-vanish = 'forget'"), "paraneo.toml:3:13:");  // none of those that there are
  EXPECT_EQ(shown("shrink-max = 101"), "paraneo.toml:3:14:");      // out of range
  EXPECT_EQ(shown("concurrency = 'many'"), "paraneo.toml:3:15:");  // no number
  EXPECT_EQ(shown("if-match = 'perhaps'"), "paraneo.toml:3:12:");  // a flag
  EXPECT_EQ(shown("if-match = [true, true]"), "paraneo.toml:3:12:");
  EXPECT_EQ(shown("ledger = ['a', 'b']"), "paraneo.toml:3:10:");  // more than one
  EXPECT_EQ(shown("help = true"), "paraneo.toml:3:1:");           // for the command line only
  program_.write("paraneo.toml", "[sync.run]\nwatch = -1\n");
  EXPECT_NE(sync({"run"}).err.find("paraneo.toml:2:9:"), std::string::npos);
  // What the command line says counts.
  program_.write("paraneo.toml", "[sync]\nsource = 'x'\nshrink-max = 101\n");
  put(1, record(1, "1"));
  const auto done = sync({"plan", "--shrink-max", "3", "--source", program_.path("records"),
                          "--ledger", program_.path("l")});
  EXPECT_EQ(done.code, 0) << done.err;
}

TEST_F(Sync, AConfigurationSaysWhatOptionsSay) {
  program_.write("paraneo.toml", "log = 'json'\n[sync]\nsource = ['" + program_.path("records") +
                                     "', '" + program_.path("more.json") +
                                     "']\njson = true\nshow-ids = false\nledger = '" +
                                     program_.path("l") + "'\n");
  program_.write("more.json", record(2, "1"));
  put(1, record(1, "1"));
  const auto done = sync({"plan"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(done.out.find(R"("record":"case-1")"), std::string::npos) << done.out;
  EXPECT_NE(done.out.find(R"("record":"case-2")"), std::string::npos) << done.out;
  EXPECT_TRUE(done.err.starts_with("{")) << done.err;
}

TEST_F(Sync, AFileThatIsNoLedgerIsNotBlamedOnTheDisk) {
  configure("https://localhost:1");
  put(1, record(1, "1"));
  program_.write("ledger.sqlite",
                 "some text, long enough to be taken for a page of a database or two");
  const auto done = sync({"plan"});
  EXPECT_EQ(done.code, 2) << done.err;
  EXPECT_NE(done.err.find("this is no database"), std::string::npos) << done.err;
}

// A wrong use of the program, it was said to be.
TEST_F(Sync, ADatabaseThatIsAwayIsAServerThatIsAway) {
  put(1, record(1, "1"));
  configure("https://localhost:1");
  EXPECT_EQ(sync({"run", "--ledger", "postgresql://paraneo@127.0.0.1:1/x"}).code, 3);
}

// It went on trying for minutes without a word.
TEST_F(Sync, SaysAtOnceThatTheServerDoesNotAnswer) {
  program_.sandbox();  // for its authority
  configure("https://127.0.0.1:1");
  put(1, record(1, "1"));
  const auto ended = program_.run_and_terminate_when(words({"run"}), [&] {
    return program_.read("stderr").find("it is tried again") != std::string::npos;
  });
  EXPECT_NE(ended.err.find("127.0.0.1:1: no connection"), std::string::npos) << ended.err;
  EXPECT_EQ(ended.code, 4) << ended.err;
}

// SIGXFSZ killed it without a word.
TEST_F(Sync, ALedgerThatMayNotGrowIsAFullDisk) {
  const auto base = program_.sandbox();
  configure(base);
  for (int i = 0; i < 40; ++i) put(i, record(i, "1"));
  constexpr rlim_t kBytesMax = 200'000;
  auto done = program_.run_with_files_of(kBytesMax, words({"run", "--transaction-entries", "4"}));
  EXPECT_EQ(done.code, 4) << done.err;
  EXPECT_NE(done.err.find("the database fails"), std::string::npos) << done.err;
  done = sync({"run"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_EQ(all(base).find("\"versionId\":\"2\""), std::string::npos);
}

}  // namespace
}  // namespace paraneo::cli
