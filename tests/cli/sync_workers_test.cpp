// The verb sync on PostgreSQL: as a source, and as a ledger for several workers.
#include <gtest/gtest.h>

#include "case_record.h"
#include "program.h"
#include "store/postgres.h"
#include "store/postgres_server.h"

namespace paraneo::cli {
namespace {

namespace fs = std::filesystem;

class SyncWorkers : public testing::Test {
 protected:
  SyncWorkers() : program_(testing::UnitTest::GetInstance()->current_test_info()->name()) {
    fs::create_directories(program_.path("records"));
  }
  void SetUp() override {
    if (!server_.runs()) GTEST_SKIP() << PostgresServer::missing();
  }
  std::vector<std::string> words(const std::vector<std::string>& action,
                                 const std::string& base) const {
    std::vector<std::string> all{"sync"};
    all.insert(all.end(), action.begin(), action.end());
    all.insert(all.end(), {"--ledger", server_.url()});
    if (looks_into_the_ledger_only(action)) return all;
    for (const auto& word : program_.connection(base)) all.push_back(word);
    return all;
  }
  std::size_t versions(const std::string& base, const std::string& version) {
    std::vector<std::string> arguments{"pull"};
    for (const auto& word : program_.connection(base)) arguments.push_back(word);
    const auto text = program_.run(arguments).out;
    std::size_t found = 0;
    const auto mark = "\"versionId\":\"" + version + "\"";
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) ++found;
    return found;
  }
  PostgresServer server_;
  Program program_;
};

TEST_F(SyncWorkers, ReadsATableAndKeepsItsLedgerInPostgres) {
  const auto base = program_.sandbox();
  auto database = store::Postgres::open(server_.url());
  ASSERT_TRUE(database->script("CREATE TABLE cases (id TEXT, body TEXT)"));
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(database->run("INSERT INTO cases VALUES ($1, $2)",
                              {std::to_string(i), case_record(i, "1")}));
  const std::vector<std::string> source{"--source-database", server_.url(), "--source-query",
                                        "SELECT body, id FROM cases"};
  const auto sync = [&](std::vector<std::string> action) {
    if (!looks_into_the_ledger_only(action))
      action.insert(action.end(), source.begin(), source.end());
    return program_.run(words(action, base));
  };
  auto done = sync({"plan"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(done.err.find("10 to create"), std::string::npos) << done.err;
  EXPECT_EQ(sync({"status"}).code, 2);  // looking makes nothing
  done = sync({"run"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(done.err.find("created 10"), std::string::npos) << done.err;
  ASSERT_TRUE(database->run("DELETE FROM cases WHERE id = '0'"));
  ASSERT_TRUE(database->run("UPDATE cases SET body = $1 WHERE id = '1'", {case_record(1, "2")}));
  done = sync({"run"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(done.err.find("updated 1, retracted 2"), std::string::npos) << done.err;
  EXPECT_EQ(sync({"status"}).code, 0);
  // A sick database stops the run; nothing vanished.
  ASSERT_TRUE(database->script("DROP TABLE cases"));
  EXPECT_EQ(sync({"run"}).code, 2);
}

// It waited for ever.
TEST_F(SyncWorkers, OneWhoseDatabaseDoesNotAnswerEndsWhenItIsTold) {
  const auto base = program_.sandbox();
  program_.write("records/1.json", case_record(1, "1"));
  const auto run = words({"run", "--source", program_.path("records")}, base);
  ASSERT_EQ(program_.run(run).code, 0);
  auto other = store::Postgres::open(server_.url());
  ASSERT_TRUE(other->script("BEGIN; LOCK TABLE paraneo.record"));
  const auto waits = [&] {
    bool waits = false;
    return other->run("SELECT 1 FROM pg_locks WHERE NOT granted", {}, [&](const store::Row&) {
      waits = true;
    }) && waits;
  };
  const auto ended = program_.run_and_terminate_when(run, waits);
  EXPECT_EQ(ended.code, 4) << ended.err;
  EXPECT_NE(ended.err.find("not answered"), std::string::npos) << ended.err;
}

// Each look at the source failed from then on.
TEST_F(SyncWorkers, AWatchOutlivesARestartOfTheDatabase) {
  const auto base = program_.sandbox();
  program_.write("records/1.json", case_record(1, "1"));
  bool restarted = false;
  const auto run = words({"run", "--source", program_.path("records"), "--watch", "0.2",
                          "--metrics", program_.path("metrics")},
                         base);
  const auto ended = program_.run_and_terminate_when(run, [&] {
    const auto text = program_.read("metrics");
    if (!restarted && text.find("active\"} 1\n") != std::string::npos) {
      server_.restart();
      program_.write("records/2.json", case_record(2, "1"));
      restarted = true;
    }
    return text.find("active\"} 2\n") != std::string::npos;
  });
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(versions(base, "1"), 4U);
}

TEST_F(SyncWorkers, ShareTheWorkOfOneSourceAndAKilledOnesFallsToTheOthers) {
  const auto base = program_.sandbox();
  for (int i = 0; i < 60; ++i)
    program_.write("records/" + std::to_string(i) + ".json", case_record(i, "1"));
  const auto run =
      words({"run", "--source", program_.path("records"), "--transaction-entries", "4"}, base);
  auto database = store::Postgres::open(server_.url());
  const auto on_the_way = [&] {
    std::int64_t rows = 0;
    const auto read = database->run("SELECT COUNT(*) FROM paraneo.intent", {},
                                    [&](const store::Row& row) { rows = row.integer(0); });
    return read && rows > 0;
  };
  std::vector<Ended> ended;
  // Killed with something on its way, while nobody knows of it.
  program_.run_and_kill_when(run, on_the_way);
  ended = program_.run_together({run, run});
  for (const auto& each : ended) EXPECT_EQ(each.code, 0) << each.err;
  EXPECT_EQ(versions(base, "1"), 120U);
  for (int i = 0; i < 6; ++i) fs::remove(program_.path("records/" + std::to_string(i) + ".json"));
  ended = program_.run_together({run, run});
  for (const auto& each : ended) EXPECT_EQ(each.code, 0) << each.err;
  EXPECT_EQ(versions(base, "1"), 108U);
  EXPECT_EQ(versions(base, "2"), 12U);
}

}  // namespace
}  // namespace paraneo::cli
