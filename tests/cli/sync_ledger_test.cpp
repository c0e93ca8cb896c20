// Which ledger sync takes, what it finds there, and what the server has of it.
#include "sync_program.h"

namespace paraneo::cli {
namespace {

namespace fs = std::filesystem;

class SyncLedger : public SyncTest {};

TEST_F(SyncLedger, ALedgerIsForOneServer) {
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

TEST_F(SyncLedger, AFileThatIsNoLedgerIsNotBlamedOnTheDisk) {
  configure("https://localhost:1");
  put(1, record(1, "1"));
  program_.write("ledger.sqlite",
                 "some text, long enough to be taken for a page of a database or two");
  const auto done = sync({"plan"});
  EXPECT_EQ(done.code, 2) << done.err;
  EXPECT_NE(done.err.find("this is no database"), std::string::npos) << done.err;
}

// A wrong use of the program, it was said to be.
TEST_F(SyncLedger, ADatabaseThatIsAwayIsAServerThatIsAway) {
  put(1, record(1, "1"));
  configure("https://localhost:1");
  EXPECT_EQ(sync({"run", "--ledger", "postgresql://paraneo@127.0.0.1:1/x"}).code, 3);
}

// SIGXFSZ killed it without a word.
TEST_F(SyncLedger, ALedgerThatMayNotGrowIsAFullDisk) {
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

TEST_F(SyncLedger, StatusShowsTheLastRunAndTheAuditTrail) {
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
TEST_F(SyncLedger, WhatAServerLostIsFoundAndWrittenAgain) {
  const auto base = program_.sandbox();
  configure(base);
  for (int i = 0; i < 3; ++i) put(i, record(i, "1"));
  EXPECT_EQ(sync({"run"}).code, 0);
  EXPECT_EQ(sync({"verify"}).code, 0);
  const auto before = all(base);
  const auto at = before.find(R"({"resourceType":"Observation","id":")") + 36;
  const auto target = "Observation/" + before.substr(at, before.find('"', at) - at);
  ASSERT_EQ(delete_there(base, target), 0);
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
  ASSERT_EQ(delete_there(base, target), 0);
  done = sync({"run", "--verify", "--on-conflict", "ours"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(all(base).find(target.substr(12)), std::string::npos);
}

TEST_F(SyncLedger, AServerWithAnotherAddressIsRebased) {
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

}  // namespace
}  // namespace paraneo::cli
