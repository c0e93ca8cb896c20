#include "sync/waiting.h"

#include "../store/session_ledger.h"
#include "sync/content.h"
#include "texts.h"

namespace paraneo::sync {
namespace {

// One record, r1, of which somebody else changed Observation/r1a.
class WaitingTest : public IntakeTest {
 protected:
  const std::string ours_ = observation("r1a", "x").resource;
  const std::string theirs_ = observation("r1a", "theirs").resource;

  void SetUp() override {
    send({"r1 x"});
    ASSERT_TRUE(ledger_->apply({store::RecordRow{"r1", "s", "p", hash(), RecordState::parked, 0},
                                store::ResourceRow{"Observation/r1a", "r1", ResourceState::parked,
                                                   "h", "1", "", "", ResourceState::confirmed},
                                store::Conflict{"Observation/r1a", "r1", 0, ours_, theirs_, "2"}}));
  }
  std::string hash() { return ledger_->record("r1").value()->content_hash; }
  store::ResourceRow row() { return ledger_->resources("r1").value().at(0); }
  std::size_t let_go(const Resolution& how) {
    return resolve(*ledger_, {"r1"}, waiting_of(*ledger_).value(), how, {}).value();
  }
};

TEST_F(WaitingTest, ByRecord) {
  ASSERT_TRUE(ledger_->apply({store::DeadLetter{"r2", "s", "p", 0, 422, "no"}}));
  const auto waiting = waiting_of(*ledger_).value();
  EXPECT_EQ(waiting.letters.at("r2").status, 422);
  EXPECT_EQ(waiting.conflicts.at("r1").at(0).version, "2");
}

TEST_F(WaitingTest, OursGoesOverTheirsWithTheirVersion) {
  EXPECT_EQ(let_go({false, Resolution::Conflicts::ours}), 0U);
  EXPECT_EQ(row().state, ResourceState::confirmed);
  EXPECT_EQ(row().version, "2") << "If-Match is theirs";
  EXPECT_NE(row().hash, hash_of(ours_)) << "so that the run writes it";
  EXPECT_TRUE(hash().empty());
  EXPECT_TRUE(ledger_->conflicts()->empty());
}

TEST_F(WaitingTest, TheirsIsTakenForWhatWeWanted) {
  EXPECT_EQ(let_go({false, Resolution::Conflicts::theirs}), 0U);
  EXPECT_EQ(row().hash, hash_of(ours_)) << "so that the run leaves it";
  EXPECT_EQ(row().version, "2");
  EXPECT_EQ(all().size(), 1U);
}

TEST_F(WaitingTest, WhatIsGivenUpWaitsForAnotherText) {
  EXPECT_EQ(let_go({true}), 0U);
  EXPECT_EQ(ledger_->record("r1").value()->state, RecordState::dropped);
  EXPECT_TRUE(all().empty());
  source_.texts = {"r1 y"};
  EXPECT_EQ(all().size(), 1U);
}

TEST_F(WaitingTest, WhatARefusedRecordRefersToIsReadAgain) {
  ASSERT_TRUE(ledger_->apply({store::RemoveConflicts{"r1"},
                              store::DeadLetter{"r1", "s", "p", 0, 422, "no such Patient"}}));
  let_go({});
  EXPECT_TRUE(ledger_->letters()->empty());
  EXPECT_TRUE(ledger_->resources("r1").value().at(1).version.empty());
}

TEST_F(WaitingTest, IsLeftAloneWhereAWorkerIsAtWork) {
  store::SessionLedger::Claims claims;
  store::SessionLedger one(*ledger_, claims);
  store::SessionLedger other(*ledger_, claims);
  ASSERT_TRUE(other.claim(store::claim_on_record("r1")).value());
  EXPECT_EQ(resolve(one, {"r1"}, waiting_of(*ledger_).value(), {true}, {}).value(), 1U);
  EXPECT_FALSE(ledger_->conflicts()->empty());
  ASSERT_TRUE(other.give_up());
  EXPECT_EQ(resolve(one, {"r1"}, waiting_of(*ledger_).value(), {true}, {}).value(), 0U);
  EXPECT_TRUE(claims.empty());
}

}  // namespace
}  // namespace paraneo::sync
