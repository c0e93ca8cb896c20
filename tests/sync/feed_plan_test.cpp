#include "sync/feed_plan.h"

#include "fake_feed.h"
#include "said_changes.h"

namespace paraneo::sync {
namespace {

class FeedPlanTest : public testing::Test {
 protected:
  KeptLedger ledger_{store::open_sqlite_ledger(":memory:", store::LedgerUse::update).value()};
  FakeTopic topic_{2};
  FakeVisit visit_{topic_};
  std::vector<std::string> updates_;  // records
  std::uint64_t done_ = 0;
  std::uint64_t total_ = 0;

  FeedPlan plan() {
    return FeedPlan({"s", "1"}, "t", ledger_, visit_, make_of_feed, name_in_feed,
                    {[this](auto, auto done, auto total) { done_ = done, total_ = total; },
                     [this](const RecordUpdate& update) { updates_.push_back(update.record); }});
  }
};

TEST_F(FeedPlanTest, TakesTheLastWordOfEachKeyOfAllPartitions) {
  topic_.put(0, "a", "ra 1");
  topic_.put(0, "a", "ra 2");
  topic_.put(1, "b", "rb 1");
  auto plan = this->plan();
  ASSERT_TRUE(plan.open());
  topic_.put(1, "c", "rc 1");  // came since
  ASSERT_TRUE(plan.run());
  EXPECT_EQ(updates_, (std::vector<std::string>{"ra", "rb"}));
  EXPECT_EQ(plan.counts().changed, 2U);
  EXPECT_EQ(plan.unseen(), 0U);
  EXPECT_EQ(total_, 6U) << "offsets of two readings";
  EXPECT_EQ(done_, total_);
}

TEST_F(FeedPlanTest, LooksBehindTheCursorOnly) {
  topic_.put(0, "a", "ra 1");
  topic_.put(0, "b", "rb 1");
  ASSERT_TRUE(ledger_->apply({store::Cursor{store::claim_on_stream("s[0]"), "1"}}));
  auto plan = this->plan();
  ASSERT_TRUE(plan.open());
  ASSERT_TRUE(plan.run());
  EXPECT_EQ(updates_, std::vector<std::string>{"rb"});
}

}  // namespace
}  // namespace paraneo::sync
