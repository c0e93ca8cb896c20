// What of a record goes in requests of its own, because the server may refuse it.
#include <gtest/gtest.h>

#include "../rest/fake_server.h"
#include "store/sqlite_ledger.h"
#include "sync/content.h"
#include "sync/intake.h"
#include "sync/run.h"

namespace paraneo::sync {
namespace {

struct FixedClock final : Clock {
  std::int64_t now_ms() const override { return 1000; }
};

class RunPartsTest : public testing::Test {
 protected:
  RunReport run(RecordUpdate update) {
    RunOptions options;
    options.base = rest::FakeServer::kBase;
    std::optional<RecordUpdate> left = std::move(update);
    sync::Run machine(
        options, *ledger_,
        [&]() -> Result<std::optional<RecordUpdate>> { return std::exchange(left, std::nullopt); },
        clock_, random_);
    server_.log.clear();
    server_.drive(machine);
    EXPECT_TRUE(machine.done());
    return machine.report();
  }
  std::vector<store::ResourceRow> known() { return ledger_->resources("r").value(); }
  RunReport send(const std::vector<std::string>& targets) {
    std::vector<rest::PushEntry> entries;
    for (const auto& target : targets) {
      rest::PushEntry entry;
      entry.type = target.substr(0, target.find('/'));
      entry.id = target.substr(target.find('/') + 1);
      entry.resource =
          R"({"resourceType":")" + entry.type + R"(","id":")" + entry.id + R"(","x":")" + value_ +
          (entry.type == "Patient" ? "\"}" : R"(","subject":{"reference":"Patient/p"}})");
      entries.push_back(entry);
    }
    return run({"r",
                "s",
                "f:1",
                "h",
                store::RecordState::active,
                difference(entries, known(), Retraction::remove),
                {}});
  }
  RunReport vanish() {
    return run(vanished_update(*ledger_->record("r").value(), known(), Retraction::remove));
  }
  bool is_there(const std::string& target) {
    return server_.resources.contains(target) && !server_.resources[target].deleted;
  }

  std::string value_ = "1";
  rest::FakeServer server_;
  rest::FixedRandom random_;
  FixedClock clock_;
  std::unique_ptr<store::Ledger> ledger_ =
      store::open_sqlite_ledger(":memory:", store::LedgerUse::update).value();
};

TEST_F(RunPartsTest, WhatOthersReferToIsLeftAndTheRestIsDeleted) {
  EXPECT_EQ(send({"Patient/p", "Observation/a", "Observation/b"}).created, 3U);
  server_.referred_by["Patient/p"] = "";
  auto report = vanish();
  EXPECT_EQ(report.retracted, 2U);
  EXPECT_EQ(report.referred, 1U);
  EXPECT_EQ(report.dead, 0U);
  ASSERT_EQ(report.failures.size(), 1U);
  EXPECT_NE(report.failures[0].error.advice.find("next run tries again"), std::string::npos);
  EXPECT_TRUE(is_there("Patient/p"));
  EXPECT_FALSE(is_there("Observation/a"));
  EXPECT_EQ(ledger_->record("r").value()->state, store::RecordState::active);  // so it is found
                                                                               // again
  EXPECT_EQ(ledger_->letters()->size(), 1U);
  EXPECT_TRUE(ledger_->records_on_the_way()->empty());
  server_.referred_by.clear();
  report = vanish();
  EXPECT_EQ(report.retracted, 1U);
  EXPECT_EQ(report.referred, 0U);
  EXPECT_FALSE(is_there("Patient/p"));
  EXPECT_EQ(ledger_->record("r").value()->state, store::RecordState::retracted);
  EXPECT_TRUE(ledger_->letters()->empty());
}

TEST_F(RunPartsTest, WhatIsReferredToByWhatGoesWithItGoesInASecondPass) {
  send({"Patient/p", "Observation/a", "Observation/b"});
  server_.referred_by = {{"Observation/a", "Observation/b"}, {"Patient/p", "Observation/a"}};
  const auto report = vanish();
  EXPECT_EQ(report.retracted, 3U);
  EXPECT_EQ(report.referred, 0U);
}

TEST_F(RunPartsTest, ADeletionThatIsRefusedHoldsNoUpdateBack) {
  send({"Patient/p", "Observation/a"});
  server_.referred_by["Observation/a"] = "";
  const auto report = send({"Patient/p", "Observation/b"});
  EXPECT_EQ(report.created, 1U);
  EXPECT_EQ(report.referred, 1U);
  EXPECT_TRUE(is_there("Observation/a"));
  EXPECT_EQ(report.dead, 0U);
}

TEST_F(RunPartsTest, AParkedFactDoesNotHoldBackTheOthers) {
  send({"Patient/p", "Observation/a"});
  server_.resources["Patient/p"].json = R"({"resourceType":"Patient","id":"p","active":true})";
  server_.resources["Patient/p"].version = 2;
  value_ = "2";
  auto report = send({"Patient/p", "Observation/a", "Observation/b"});
  EXPECT_EQ(report.parked, 1U);
  EXPECT_EQ(report.created, 1U);
  EXPECT_EQ(report.updated, 1U);
  EXPECT_EQ(ledger_->record("r").value()->state, store::RecordState::parked);
  ASSERT_EQ(ledger_->conflicts()->size(), 1U);
  EXPECT_EQ(ledger_->conflicts()->front().target, "Patient/p");
  EXPECT_NE(server_.resources["Patient/p"].json.find("active"), std::string::npos);
  // What was deleted there may be what all others refer to.
  server_.resources["Patient/p"].deleted = true;
  value_ = "3";
  report = send({"Patient/p", "Observation/a"});
  EXPECT_EQ(report.parked, 1U);
  EXPECT_EQ(report.updated, 0U);
}

TEST_F(RunPartsTest, ARecordThatIsTooLargeForTheServerGoesInParts) {
  server_.entries_max = 20;
  std::vector<std::string> targets{"Patient/p"};
  for (int i = 0; i < 49; ++i) targets.push_back("Observation/o" + std::to_string(i));
  const auto report = send(targets);
  EXPECT_EQ(report.created, 50U);
  EXPECT_EQ(report.dead, 0U);
  EXPECT_EQ(server_.unguarded, 0);
  EXPECT_TRUE(ledger_->records_on_the_way()->empty());
}

}  // namespace
}  // namespace paraneo::sync
