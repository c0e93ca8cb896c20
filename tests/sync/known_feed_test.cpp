#include "sync/known_feed.h"

#include "fake_feed.h"
#include "said_changes.h"

namespace paraneo::sync {
namespace {

class KnownFeedTest : public testing::Test {
 protected:
  KeptLedger ledger_{store::open_sqlite_ledger(":memory:", store::LedgerUse::update).value()};
  KnownFeed known_{ledger_, "s", "t"};
  FakeTopic topic_{2};

  void passed(std::int32_t partition, int offset) {
    ASSERT_TRUE(ledger_->apply(
        {store::Cursor{store::claim_on_stream(known_.stream(partition)), std::to_string(offset)}}));
  }
};

TEST_F(KnownFeedTest, IsUnreadFromTheCursorOn) {
  for (int i = 0; i < 5; ++i) topic_.put(0, "k", "v");
  passed(0, 3);
  FakeFeed feed(topic_, {}, {});
  const auto unread = known_.unread(feed).value();
  ASSERT_EQ(unread.ranges.size(), 2U);
  EXPECT_EQ(unread.ranges[0].low, 3);
  EXPECT_EQ(unread.ranges[0].high, 5);
  EXPECT_EQ(unread.ranges[1].high, 0);
  EXPECT_TRUE(unread.lost.empty());
}

TEST_F(KnownFeedTest, SaysWhatWentBeforeItWasRead) {
  for (int i = 0; i < 5; ++i) topic_.put(0, "k", "v");
  passed(0, 1);
  topic_.drop_before(0, 4);
  FakeFeed feed(topic_, {}, {});
  const auto unread = known_.unread(feed).value();
  ASSERT_EQ(unread.lost.size(), 1U);
  EXPECT_EQ(unread.lost[0].stream, "s[0]");
  EXPECT_EQ(unread.lost[0].offsets, 3U);
  EXPECT_EQ(unread.ranges[0].low, 4);
}

TEST_F(KnownFeedTest, AFeedWithLessThanWasReadIsAnotherOne) {
  topic_.put(0, "k", "v");
  passed(0, 2);
  FakeFeed feed(topic_, {}, {});
  const auto unread = known_.unread(feed);
  ASSERT_FALSE(unread);
  EXPECT_EQ(unread.error().code, ErrorCode::state_of_another);
}

TEST_F(KnownFeedTest, AsksAfterTenSecondsOfSilenceWhetherTheFeedIsThere) {
  FakeFeed feed(topic_, {}, {});
  for (int i = 0; i < 9; ++i) ASSERT_TRUE(known_.poll(feed, 1000));
  EXPECT_EQ(feed.asked, 0);
  ASSERT_TRUE(known_.poll(feed, 1000));
  EXPECT_EQ(feed.asked, 1);
  for (int i = 0; i < 9; ++i) ASSERT_TRUE(known_.poll(feed, 1000));
  EXPECT_EQ(feed.asked, 1);
}

TEST_F(KnownFeedTest, AKeyIsHashedAndAMessageWithoutOneHasAPlaceOfItsOwn) {
  const auto keyed = known_.change_of({1, 7, "patient-4711", "v", false});
  EXPECT_EQ(keyed.text.name, "t[1]@7");
  EXPECT_EQ(keyed.place.find("4711"), std::string::npos);
  EXPECT_FALSE(keyed.gone);
  EXPECT_TRUE(known_.change_of({1, 8, "patient-4711", {}, false}).gone);
  EXPECT_EQ(known_.change_of({1, 8, "patient-4711", {}, false}).place, keyed.place);
  const auto nameless = known_.change_of({1, 9, {}, {}, false});
  EXPECT_EQ(nameless.place, "t[1]@9");
  EXPECT_FALSE(nameless.gone) << "nobody knows what";
}

}  // namespace
}  // namespace paraneo::sync
