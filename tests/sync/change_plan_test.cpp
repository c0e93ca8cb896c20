#include "sync/change_plan.h"

#include "said_changes.h"

namespace paraneo::sync {
namespace {

class ChangePlanTest : public FeedTest {
 protected:
  std::size_t unseen_ = 0;

  // The second time the changes come in another order, as those of several partitions do.
  std::vector<RecordUpdate> plan(const std::vector<FeedChange>& changes,
                                 const std::vector<FeedChange>& again) {
    ChangePlan plan({"s", "1"}, *ledger_, make_of_feed, name_in_feed);
    for (const auto& change : changes) plan.note(change);
    std::vector<RecordUpdate> updates;
    for (const auto& change : again) {
      auto some = plan.compare(change);
      EXPECT_TRUE(some);
      for (auto& update : *some) updates.push_back(std::move(update));
    }
    counts_ = plan.counts();
    unseen_ = plan.unseen();
    return updates;
  }
  std::vector<RecordUpdate> plan(const std::vector<FeedChange>& changes) {
    return plan(changes, {changes.rbegin(), changes.rend()});
  }
};

TEST_F(ChangePlanTest, SaysWhatARunWouldSendAndChangesNothing) {
  send({says("k1", "r1 x"), says("k2", "r2 x"), says("k3", "r3 x"), says("k4", "r4 x")});
  const std::vector<FeedChange> changes{says("k1", "r1 x"), says("k2", "r2 y"), gone("k3"),
                                        gone("nobody"),     says("k4", "r5 x"), says("k6", "!")};
  for (int i = 0; i < 2; ++i) {
    const auto updates = plan(changes, changes);
    ASSERT_EQ(updates.size(), 5U);
    EXPECT_EQ(updates[0].record, "r2");
    EXPECT_EQ(updates[0].operations.at(0).known.version, "1");
    EXPECT_EQ(updates[1].record, "r3");
    EXPECT_EQ(updates[1].operations.at(0).effect, Effect::retract);
    EXPECT_EQ(updates[2].record, "r4");
    EXPECT_EQ(updates[2].after, store::RecordState::retracted);
    EXPECT_EQ(updates[3].record, "r5");
    EXPECT_EQ(updates[4].place, "k6");
    EXPECT_EQ(*updates[4].refusal, "no (message message 10)");
    EXPECT_EQ(counts_.untouched, 1U);
    EXPECT_EQ(counts_.changed, 2U);
    EXPECT_EQ(counts_.vanished, 2U);
    EXPECT_EQ(counts_.refused, 1U);
    EXPECT_EQ(unseen_, 0U);
  }
  EXPECT_EQ(all(changes).size(), 5U);
}

TEST_F(ChangePlanTest, TheLastWordOfAKeyCounts) {
  send({says("k1", "r1 x")});
  EXPECT_TRUE(plan({says("k1", "r1 y"), says("k1", "!"), says("k1", "r1 x")}).empty());
  EXPECT_EQ(counts_.untouched, 1U);
  EXPECT_EQ(counts_.refused, 0U);
  EXPECT_EQ(plan({says("k1", "r1 y"), gone("k1")}).at(0).after, store::RecordState::retracted);
  EXPECT_EQ(plan({gone("k1"), says("k1", "r1 z")}).at(0).operations.at(0).effect, Effect::put);
  EXPECT_EQ(counts_.vanished, 0U);
}

TEST_F(ChangePlanTest, TheLastWordOnARecordCountsWhicheverItsKey) {
  const auto updates = plan({says("r1 x"), says("r1 y"), says("r2 !"), says("r2 x"),
                             says("k3", "r3 x"), says("k4", "r3 y")});
  ASSERT_EQ(updates.size(), 3U);
  EXPECT_NE(updates[0].operations.at(0).entry.resource.find("r3 y"), std::string::npos);
  EXPECT_NE(updates[1].operations.at(0).entry.resource.find("r2 x"), std::string::npos);
  EXPECT_NE(updates[2].operations.at(0).entry.resource.find("r1 y"), std::string::npos);
  EXPECT_EQ(counts_.changed, 3U);
  EXPECT_EQ(counts_.refused, 0U);
}

TEST_F(ChangePlanTest, ARecordThatGetsAnotherKeyIsNotRetractedUnderItsOldOne) {
  send({says("k1", "r1 x")});
  for (const auto& changes :
       {std::vector{gone("k1"), says("k2", "r1 y")}, std::vector{says("k2", "r1 y"), gone("k1")},
        std::vector{says("k1", "r2 x"), says("k2", "r1 y")}}) {
    for (const auto& update : plan(changes))
      EXPECT_EQ(update.after, store::RecordState::active) << update.record;
    EXPECT_EQ(counts_.vanished, 0U);
  }
}

TEST_F(ChangePlanTest, WhatWasLetGoComesBeforeWhatTheFeedSays) {
  bury(all({says("k1", "r1 x")}).at(0));
  EXPECT_TRUE(plan(released()).empty());
  EXPECT_TRUE(plan({says("k1", "r1 x")}).empty());
  EXPECT_EQ(counts_.waiting, 1U);
  let_go("r1");
  EXPECT_EQ(plan(released()).at(0).record, "r1");
  auto changes = released();
  changes.push_back(says("k1", "r1 y"));
  const auto updates = plan(changes);
  ASSERT_EQ(updates.size(), 1U);
  EXPECT_NE(updates[0].operations.at(0).entry.resource.find("r1 y"), std::string::npos);
  EXPECT_EQ(released().size(), 1U);
}

TEST_F(ChangePlanTest, AHeldTombstoneOfWhatIsElsewhereNowMeansNothing) {
  send({says("k1", "r1 x"), says("k2", "r2 x")});
  auto held = *all({gone("k1")}).at(0).held;
  ASSERT_TRUE(ledger_->apply({held}));
  EXPECT_EQ(plan(released()).size(), 1U);
  send({says("k1", "r3 x"), says("k4", "r1 y")});
  EXPECT_TRUE(plan(released()).empty());
}

TEST_F(ChangePlanTest, SaysHowManyItDidNotSeeAgain) {
  const std::vector<FeedChange> changes{says("k1", "r1 x"), says("k2", "r2 x")};
  EXPECT_EQ(plan(changes, {changes[1]}).size(), 1U);
  EXPECT_EQ(unseen_, 1U);
}

}  // namespace
}  // namespace paraneo::sync
