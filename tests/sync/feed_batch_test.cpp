#include "sync/feed_batch.h"

#include "../store/session_ledger.h"
#include "fake_feed.h"
#include "said_changes.h"

namespace paraneo::sync {
namespace {

FeedMessage message(std::int32_t partition, std::int64_t offset, const std::string& key,
                    const std::string& value) {
  return {partition, offset, key, value, false};
}

class FeedBatchTest : public testing::Test {
 protected:
  store::SessionLedger::Claims claims_;
  std::unique_ptr<store::Ledger> all_ =
      store::open_sqlite_ledger(":memory:", store::LedgerUse::update).value();
  KeptLedger ledger_{std::make_unique<store::SessionLedger>(*all_, claims_)};
  KnownFeed feed_{ledger_, "s", "t"};

  std::vector<std::string> texts(FeedBatch& batch) {
    std::vector<std::string> texts;
    for (const auto& change : batch.pending(feed_).value()) texts.push_back(change.text.text);
    return texts;
  }
};

TEST_F(FeedBatchTest, IsFullByMessagesOrBytes) {
  FeedBatch few({2, 1000});
  EXPECT_TRUE(few.empty());
  few.take(message(0, 0, "a", "1"));
  EXPECT_FALSE(few.is_full());
  few.take(message(0, 1, "b", "1"));
  EXPECT_TRUE(few.is_full());
  FeedBatch small({100, 3});
  small.take(message(0, 0, "a", "1234"));
  EXPECT_TRUE(small.is_full());
  small.clear();
  EXPECT_TRUE(small.empty());
  EXPECT_FALSE(small.is_full());
}

TEST_F(FeedBatchTest, TheLastWordOfEachKeyIsPendingAndTheCursorPassesAllOfThem) {
  FeedBatch batch({});
  batch.take(message(0, 4, "a", "1"));
  batch.take(message(1, 7, "b", "1"));
  batch.take(message(0, 5, "a", "2"));
  batch.take({0, 9, {}, {}, true});
  EXPECT_EQ(texts(batch), (std::vector<std::string>{"1", "2"}));
  ASSERT_TRUE(batch.pass(*ledger_, feed_));
  EXPECT_EQ(feed_.cursor(0).value(), 9);
  EXPECT_EQ(feed_.cursor(1).value(), 8);
}

TEST_F(FeedBatchTest, WhatAnotherWorkerHasDoneIsPassedOver) {
  FeedBatch batch({});
  batch.take(message(0, 0, "a", "1"));
  batch.take(message(0, 1, "b", "1"));
  ASSERT_TRUE(ledger_->apply({store::Cursor{store::claim_on_stream("s[0]"), "5"}}));
  EXPECT_TRUE(texts(batch).empty());
  ASSERT_TRUE(batch.pass(*ledger_, feed_));
  EXPECT_EQ(feed_.cursor(0).value(), 5) << "it does not go back";
}

// A group that takes a partition away and gives it back while a batch is read: the older message
// was the last one of the batch, and the cursor passed the newer one.
TEST_F(FeedBatchTest, WhatComesAgainIsNotTakenForTheLastWord) {
  FeedBatch batch({3, 1000});
  batch.take(message(0, 0, "a", "old"));
  batch.take(message(0, 1, "a", "new"));
  batch.take(message(0, 0, "a", "old"));
  batch.take(message(0, 1, "a", "new"));
  EXPECT_FALSE(batch.is_full());
  EXPECT_EQ(texts(batch), std::vector<std::string>{"new"});
}

TEST_F(FeedBatchTest, ClaimsAllOfItsPartitionsOrNone) {
  store::SessionLedger other(*all_, claims_);
  FeedBatch batch({});
  batch.take(message(0, 0, "a", "1"));
  batch.take(message(1, 0, "b", "1"));
  ASSERT_TRUE(other.claim(store::claim_on_stream("s[1]")).value());
  EXPECT_FALSE(batch.claim(*ledger_, feed_).value());
  EXPECT_TRUE(other.claim(store::claim_on_stream("s[0]")).value()) << "it holds nothing";
  ASSERT_TRUE(other.give_up());
  EXPECT_TRUE(batch.claim(*ledger_, feed_).value());
  EXPECT_FALSE(other.claim(store::claim_on_stream("s[0]")).value());
  ASSERT_TRUE(batch.pass(*ledger_, feed_));
  EXPECT_TRUE(other.claim(store::claim_on_stream("s[0]")).value()) << "it is done with it";
}

}  // namespace
}  // namespace paraneo::sync
