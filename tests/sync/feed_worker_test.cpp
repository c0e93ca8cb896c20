#include "sync/feed_worker.h"

#include "../store/session_ledger.h"
#include "fake_feed.h"
#include "said_changes.h"

namespace paraneo::sync {
namespace {

// A worker whose runs are taken by the server, unless `refuses`.
class FeedWorkerTest : public FeedTest {
 protected:
  store::SessionLedger::Claims claims_;
  KeptLedger kept_{std::make_unique<store::SessionLedger>(*ledger_, claims_)};
  FakeTopic topic_{2};
  FakeFeed* feed_ = nullptr;  // the one that was opened last
  int opened_ = 0;
  bool stopped_ = false;
  bool refuses_ = false;
  int waits_ = 0;
  std::vector<std::string> news_;
  std::vector<std::string> sent_;  // records

  FeedWorker worker(FeedWorkerOptions options = {{"s", "1"}, "t", false, {}}) {
    return FeedWorker(
        std::move(options), kept_, make_of_feed,
        [this](SharedFeed::Start start) -> Result<std::unique_ptr<SharedFeed>> {
          ++opened_;
          auto feed = std::make_unique<FakeFeed>(topic_, std::set<std::int32_t>{0, 1}, start);
          feed_ = feed.get();
          return std::unique_ptr<SharedFeed>(std::move(feed));
        },
        {[] {}, [this](const auto& lost) { news_.push_back("lost " + lost.stream); },
         [this](const Error& error) { news_.push_back(error.what); }},
        [this] { return stopped_; });
  }

  // One round, in which every wait ends with somebody else's work if there is any.
  Ended round(FeedWorker& worker, const std::function<void()>& wait = {}) {
    using Action = Worker::Action;
    while (true) {
      const auto action = worker.next();
      if (action == Action::end) return worker.ended();
      if (action == Action::read) worker.read();
      if (action == Action::wait) {
        ++waits_;
        if (wait) wait();
      }
      if (action == Action::send) send(worker);
    }
  }
  void send(FeedWorker& worker) {
    RunReport run;
    while (auto update = worker.next_update().value()) {
      if (refuses_) continue;
      sent_.push_back(update->record);
      confirm(*update);
      ++run.records;
    }
    if (refuses_) run.fatal = fail(ErrorCode::connection_failed, "nobody answers");
    worker.sent(run, !refuses_);
  }
};

TEST_F(FeedWorkerTest, DealsWithABatchThenPassesTheCursorAndTellsTheFeed) {
  topic_.put(0, "a", "ra 1");
  topic_.put(1, "b", "rb 1");
  auto one = worker();
  ASSERT_TRUE(one.open());
  EXPECT_TRUE(round(one).well());
  EXPECT_FALSE(one.has_dealt()) << "it has just read";
  EXPECT_TRUE(feed_->committed.empty());
  EXPECT_TRUE(round(one).well());
  EXPECT_TRUE(one.has_dealt());
  EXPECT_EQ(sent_, (std::vector<std::string>{"ra", "rb"}));
  EXPECT_EQ(feed_->committed, (std::map<std::int32_t, std::int64_t>{{0, 1}, {1, 1}}));
  EXPECT_FALSE(one.is_over());
  EXPECT_TRUE(round(one).well());
  EXPECT_TRUE(one.is_over());
  EXPECT_TRUE(claims_.empty());
}

TEST_F(FeedWorkerTest, ABatchThatWasNotDoneIsGoneOnWithAndItsCursorStays) {
  topic_.put(0, "a", "ra 1");
  auto one = worker();
  ASSERT_TRUE(one.open());
  round(one);
  refuses_ = true;
  const auto failed = round(one);
  ASSERT_TRUE(failed.error);
  EXPECT_TRUE(failed.said);
  EXPECT_TRUE(one.has_unfinished());
  EXPECT_TRUE(feed_->committed.empty());
  EXPECT_EQ(one.report_of_round().records, 0U);
  refuses_ = false;
  topic_.put(0, "a", "ra 2");
  EXPECT_TRUE(round(one).well());
  EXPECT_EQ(sent_, std::vector<std::string>{"ra"});
  EXPECT_EQ(feed_->committed.at(0), 1) << "what came since is in no batch yet";
  EXPECT_EQ(opened_, 1);
}

TEST_F(FeedWorkerTest, CountsARoundAndAllOfThem) {
  auto one = worker({{"s", "1"}, "t", true, {1, 1000}});
  ASSERT_TRUE(one.open());
  for (const auto* text : {"ra 1", "rb 1"}) {
    topic_.put(0, text, text);
    do EXPECT_TRUE(round(one).well());
    while (!one.has_dealt() || one.report_of_round().records == 0);
  }
  EXPECT_EQ(one.report_of_round().records, 1U);
  EXPECT_EQ(one.report().records, 2U);
  EXPECT_FALSE(one.is_over());
}

TEST_F(FeedWorkerTest, WaitsForAPartitionThatAnotherWorkerHasInHand) {
  topic_.put(0, "a", "ra 1");
  store::SessionLedger other(*ledger_, claims_);
  ASSERT_TRUE(other.claim(store::claim_on_stream("s[0]")).value());
  auto one = worker();
  ASSERT_TRUE(one.open());
  round(one);
  EXPECT_TRUE(round(one, [&] {
                // It has done the message, too.
                ASSERT_TRUE(other.apply({store::Cursor{store::claim_on_stream("s[0]"), "1"},
                                         store::Release{store::claim_on_stream("s[0]")}}));
              }).well());
  EXPECT_EQ(waits_, 1);
  EXPECT_TRUE(sent_.empty()) << "the other one's message was sent again";
}

TEST_F(FeedWorkerTest, ComesBackToARecordThatAnotherWorkerHasInHand) {
  topic_.put(0, "a", "ra 1");
  store::SessionLedger other(*ledger_, claims_);
  ASSERT_TRUE(other.claim(store::claim_on_record("ra")).value());
  auto one = worker();
  ASSERT_TRUE(one.open());
  round(one);
  EXPECT_TRUE(round(one, [&] { ASSERT_TRUE(other.give_up()); }).well());
  EXPECT_EQ(sent_, std::vector<std::string>{"ra"});
  EXPECT_EQ(waits_, 1);
}

TEST_F(FeedWorkerTest, EndsPartlyWhenItIsToldToWhileItWaits) {
  topic_.put(0, "a", "ra 1");
  store::SessionLedger other(*ledger_, claims_);
  ASSERT_TRUE(other.claim(store::claim_on_record("ra")).value());
  auto one = worker();
  ASSERT_TRUE(one.open());
  round(one);
  EXPECT_TRUE(round(one, [&] { stopped_ = true; }).partly);
  EXPECT_TRUE(one.has_unfinished());
  EXPECT_TRUE(feed_->committed.empty());
}

TEST_F(FeedWorkerTest, WhatWasLetGoOnWithIsOlderThanWhatTheFeedSaysNext) {
  auto updates = all({says("key", "r !")});
  ASSERT_EQ(updates.size(), 1U);
  bury(updates[0]);
  let_go(updates[0].record.empty() ? updates[0].place : updates[0].record);
  topic_.put(0, "b", "rb 1");
  auto one = worker();
  ASSERT_TRUE(one.open());
  using Action = Worker::Action;
  ASSERT_EQ(one.next(), Action::send);
  const auto first = one.next_update().value();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->record, "r");
}

TEST_F(FeedWorkerTest, OpensTheFeedAgainAfterAnErrorAndReadsAllOfTheBatchAgain) {
  topic_.put(0, "a", "ra 1");
  auto one = worker();
  ASSERT_TRUE(one.open());
  feed_->fails = fail(ErrorCode::connection_failed, "the brokers are gone");
  const auto failed = round(one);
  ASSERT_TRUE(failed.error);
  EXPECT_FALSE(failed.said);
  EXPECT_FALSE(one.has_unfinished());
  round(one);
  EXPECT_EQ(opened_, 2);
  EXPECT_TRUE(round(one).well());
  EXPECT_EQ(sent_, std::vector<std::string>{"ra"});
}

TEST_F(FeedWorkerTest, TheLedgerKnowsWhenTheFeedCannotBeTold) {
  topic_.put(0, "a", "ra 1");
  auto one = worker();
  ASSERT_TRUE(one.open());
  feed_->commit_fails = true;
  round(one);
  EXPECT_TRUE(round(one).well());
  EXPECT_EQ(news_, std::vector<std::string>{"nobody is there"});
  EXPECT_EQ(kept_->cursor(store::claim_on_stream("s[0]")).value(), "1");
}

}  // namespace
}  // namespace paraneo::sync
