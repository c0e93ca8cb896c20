#include "sync/change_intake.h"

#include "said_changes.h"

namespace paraneo::sync {
namespace {

using store::RecordState;
using store::ResourceState;
using ChangeIntakeTest = FeedTest;

TEST_F(ChangeIntakeTest, TheLastChangeOfAPlaceCounts) {
  auto left = last_of_each({says("k1", "r1 x"), says("k2", "r2 x"), says("k1", "r1 y")});
  ASSERT_EQ(left.size(), 2U);
  EXPECT_EQ(left[0].place, "k2");
  EXPECT_EQ(left[1].text.text, "r1 y");
}

TEST_F(ChangeIntakeTest, OnlyWhatChangedIsWork) {
  send({says("k1", "r1 x"), says("k2", "r2 x")});
  const auto updates = all({says("k1", "r1 x"), says("k2", "r2 y")});
  ASSERT_EQ(updates.size(), 1U);
  EXPECT_EQ(updates[0].record, "r2");
  EXPECT_EQ(counts_.untouched, 1U);
  EXPECT_EQ(counts_.changed, 1U);
}

TEST_F(ChangeIntakeTest, WhatAFeedDoesNotSayHasNotVanished) {
  send({says("k1", "r1 x"), says("k2", "r2 x")});
  EXPECT_EQ(all({says("k1", "r1 y")}).size(), 1U);
  EXPECT_EQ(counts_.vanished, 0U);
}

TEST_F(ChangeIntakeTest, ATombstoneRetractsWhatItsPlaceHadSent) {
  send({says("k1", "r1 x")});
  const auto updates = all({gone("k1"), gone("nobody")});
  ASSERT_EQ(updates.size(), 1U);
  EXPECT_EQ(updates[0].after, RecordState::retracted);
  EXPECT_EQ(updates[0].operations.at(0).effect, Effect::retract);
  confirm(updates[0]);
  EXPECT_TRUE(all({gone("k1")}).empty());
  EXPECT_EQ(all({says("k1", "r1 x")}).size(), 1U);  // it is back
}

TEST_F(ChangeIntakeTest, AnotherRecordAtAPlaceRetractsTheOneBefore) {
  send({says("k1", "r1 x")});
  const auto updates = all({says("k1", "r2 x")});
  ASSERT_EQ(updates.size(), 2U);
  EXPECT_EQ(updates[0].record, "r1");
  EXPECT_EQ(updates[0].after, RecordState::retracted);
  EXPECT_EQ(updates[1].record, "r2");
}

TEST_F(ChangeIntakeTest, WhatSpeaksOfTheSameRecordWaitsForTheNextPass) {
  const auto updates = all({says("k1", "r1 x"), says("k2", "r1 y")});
  ASSERT_EQ(updates.size(), 1U);
  EXPECT_EQ(counts_.deferred, 1U);
  ASSERT_EQ(deferred_.size(), 1U);
  confirm(updates[0]);
  const auto later = all(std::move(deferred_));
  ASSERT_EQ(later.size(), 1U);
  EXPECT_EQ(later[0].operations.at(0).known.version, "1");
}

TEST_F(ChangeIntakeTest, WhatADeadWorkerLeftOnItsWayIsSettledFirst) {
  send({says("k1", "r1 x")});
  ASSERT_TRUE(ledger_->apply({store::ResourceRow{"Observation/r1a", "r1", ResourceState::intended,
                                                 "h", "1", "h2", "{}", ResourceState::confirmed}}));
  EXPECT_TRUE(all({says("k1", "r1 y")}).empty());
  EXPECT_EQ(deferred_.size(), 1U);
}

TEST_F(ChangeIntakeTest, WhatCannotBeReadRetractsNothing) {
  send({says("k1", "r1 x")});
  const auto updates = all({says("k1", "!")});
  ASSERT_EQ(updates.size(), 1U);
  EXPECT_TRUE(updates[0].record.empty());
  EXPECT_EQ(*updates[0].refusal, "no (message message 2)");
  EXPECT_EQ(counts_.vanished, 0U);
  EXPECT_EQ(counts_.refused, 1U);
}

TEST_F(ChangeIntakeTest, ATextWithoutANameIsForgottenWithTheNextOneOfItsPlace) {
  bury(all({says("k1", "!")}).at(0));
  EXPECT_EQ(ledger_->letters()->size(), 1U);
  send({says("k1", "r1 x")});
  EXPECT_TRUE(ledger_->letters()->empty());
  EXPECT_TRUE(released().empty());
}

TEST_F(ChangeIntakeTest, WhatWasHeldIsWorkAgainWhenItIsLetGo) {
  bury(all({says("k1", "r1 x")}).at(0));
  EXPECT_TRUE(released().empty());
  EXPECT_TRUE(all({says("k1", "r1 x")}).empty());  // as it was refused
  EXPECT_EQ(counts_.waiting, 1U);
  let_go("r1");
  const auto updates = all(released());
  ASSERT_EQ(updates.size(), 1U);
  EXPECT_EQ(updates[0].record, "r1");
  EXPECT_EQ(updates[0].place, "k1");
  ASSERT_EQ(updates[0].operations.size(), 1U);
  confirm(updates[0]);
  EXPECT_TRUE(released().empty());
}

TEST_F(ChangeIntakeTest, AHeldTombstoneIsWorkAgainWhenItIsLetGo) {
  send({says("k1", "r1 x")});
  const auto parked = all({gone("k1")}).at(0);
  ASSERT_TRUE(ledger_->apply({*parked.held}));
  const auto updates = all(released());
  ASSERT_EQ(updates.size(), 1U);
  EXPECT_EQ(updates[0].after, RecordState::retracted);
  confirm(updates[0]);
  // Nothing to do any more: it must not come again and again.
  ASSERT_TRUE(ledger_->apply({*parked.held}));
  EXPECT_TRUE(all(released()).empty());
  EXPECT_TRUE(released().empty());
}

TEST_F(ChangeIntakeTest, WhatWasHeldDoesNotComeAfterWhatIsNewer) {
  bury(all({says("k1", "r1 x")}).at(0));
  let_go("r1");
  auto older = released();
  ASSERT_EQ(older.size(), 1U);
  send({says("k1", "r1 y")});  // by another worker
  EXPECT_TRUE(all(older).empty());
  bury(all({says("k1", "r1 z")}).at(0));  // or it is held in the place of the older one
  EXPECT_TRUE(all(older).empty());
}

// With other maps or another program a text may get a name, or another one.
TEST_F(ChangeIntakeTest, WhatWasHeldGoesByTheNameThatItHasNow) {
  auto nameless = all({says("k1", "!")}).at(0);
  nameless.held->text = "r1 x";
  bury(nameless);
  let_go("k1");
  ASSERT_EQ(all(released()).size(), 1U);
  EXPECT_FALSE(ledger_->held("k1").value());
  EXPECT_TRUE(ledger_->held("r1").value());
}

}  // namespace
}  // namespace paraneo::sync
