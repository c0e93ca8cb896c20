#include "sync/source_worker.h"

#include "../store/session_ledger.h"
#include "texts.h"

namespace paraneo::sync {
namespace {

// A worker whose runs are taken by the server.
class SourceWorkerTest : public IntakeTest {
 protected:
  using Action = Worker::Action;
  store::SessionLedger::Claims claims_;
  KeptLedger kept_{std::make_unique<store::SessionLedger>(*ledger_, claims_)};
  store::SessionLedger other_{*ledger_, claims_};
  bool stopped_ = false;
  std::vector<std::string> sent_;  // records, those that vanished with a "-"
  int waits_ = 0;
  int reads_ = 0;

  SourceWorker worker(Guards guards = {1, 1}) {
    return SourceWorker({{"s", "1"}, guards}, kept_, source_, make_of_text,
                        [this] { return stopped_; });
  }
  Ended round(SourceWorker& worker, const std::function<void()>& wait = {},
              const std::function<void()>& sending = {}) {
    while (true) {
      const auto action = worker.next();
      if (action == Action::end) return worker.ended();
      if (action == Action::read) ++reads_, worker.read();
      if (action == Action::wait) ++waits_, wait();
      if (action == Action::send) send_all(worker, sending);
    }
  }
  void send_all(SourceWorker& worker, const std::function<void()>& sending) {
    if (sending) sending();
    RunReport run;
    while (auto update = worker.next_update().value()) {
      sent_.push_back((update->after == RecordState::active ? "" : "-") + update->record);
      confirm(*update, update->after);
      ++run.records;
    }
    worker.sent(run, true);
  }
  void put(const std::vector<std::string>& texts) { source_.texts = texts; }
};

TEST_F(SourceWorkerTest, ReadsOnceWhenThereIsNothingToSend) {
  put({"r1 x"});
  auto one = worker();
  EXPECT_TRUE(round(one).well());
  EXPECT_EQ(sent_, std::vector<std::string>{"r1"});
  EXPECT_EQ(one.next(), Action::read);
  one.read();
  EXPECT_EQ(one.next(), Action::end);
  EXPECT_EQ(one.counts().untouched, 1U);
  EXPECT_EQ(one.report().records, 0U) << "a round counts itself alone";
  EXPECT_TRUE(claims_.empty());
}

TEST_F(SourceWorkerTest, SendsNothingOfASourceThatIsNotBelieved) {
  put({"r1 x", "r2 x", "r3 x"});
  auto one = worker({0.2, 1});
  EXPECT_TRUE(round(one).well());
  sent_.clear();
  put({"r1 y"});
  const auto ended = round(one);
  ASSERT_TRUE(ended.error);
  EXPECT_EQ(ended.error->code, ErrorCode::source_shrunk);
  EXPECT_TRUE(sent_.empty());
}

// One reading may be wrong; what goes between the two waits for the next run, and when it is much
// the run says so.
TEST_F(SourceWorkerTest, WhatVanishesBetweenTheReadingsStays) {
  put({"r1 x", "r2 x", "r3 x"});
  auto one = worker({0.5, 1});
  EXPECT_TRUE(round(one).well());
  sent_.clear();
  put({"r1 y", "r2 x", "r3 x"});
  const auto ended = round(one, {}, [&] { put({"r1 y"}); });
  EXPECT_EQ(sent_, std::vector<std::string>{"r1"});
  ASSERT_TRUE(ended.error) << "two of three";
  EXPECT_EQ(ended.error->fault, Fault::conflict);
}

TEST_F(SourceWorkerTest, WhoDoesNotLeadRetractsNothingAndSaysSo) {
  put({"r1 x", "r2 x"});
  auto one = worker();
  EXPECT_TRUE(round(one).well());
  sent_.clear();
  ASSERT_TRUE(other_.claim(store::claim_on_source("s")).value());
  put({"r1 y"});
  EXPECT_TRUE(round(one).well());
  EXPECT_EQ(sent_, std::vector<std::string>{"r1"});
  EXPECT_TRUE(one.another_leads());
}

TEST_F(SourceWorkerTest, LooksAgainWhenTheLeaderHasGone) {
  put({"r1 x", "r2 x"});
  auto one = worker();
  EXPECT_TRUE(round(one).well());
  sent_.clear();
  ASSERT_TRUE(other_.claim(store::claim_on_source("s")).value());
  put({"r1 y"});
  EXPECT_TRUE(round(one, {}, [&] { ASSERT_TRUE(other_.give_up()); }).well());
  EXPECT_EQ(sent_, (std::vector<std::string>{"r1", "-r2"}));
  EXPECT_FALSE(one.another_leads());
}

TEST_F(SourceWorkerTest, WaitsForARecordThatAnotherWorkerHasInHand) {
  put({"r1 x"});
  ASSERT_TRUE(other_.claim(store::claim_on_record("r1")).value());
  auto one = worker();
  EXPECT_TRUE(round(one, [&] { ASSERT_TRUE(other_.give_up()); }).well());
  EXPECT_EQ(waits_, 1);
  EXPECT_EQ(sent_, std::vector<std::string>{"r1"});
}

TEST_F(SourceWorkerTest, EndsWhenItIsToldToWhileItWaits) {
  put({"r1 x"});
  ASSERT_TRUE(other_.claim(store::claim_on_record("r1")).value());
  auto one = worker();
  EXPECT_TRUE(round(one, [&] { stopped_ = true; }).well());
  EXPECT_EQ(one.counts().deferred, 1U) << "who sums up sees that it was left";
  EXPECT_TRUE(sent_.empty());
}

TEST_F(SourceWorkerTest, ForgetsTheLettersOfTextsThatNobodyCouldName) {
  ASSERT_TRUE(ledger_->apply({store::DeadLetter{"place 1", "s", "place 1", 0, 0, "no"},
                              store::DeadLetter{"place 1 of t", "t", "place 1 of t", 0, 0, "no"}}));
  put({});
  auto one = worker();
  EXPECT_TRUE(round(one).well());
  const auto left = ledger_->letters().value();
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].source, "t");
}

TEST_F(SourceWorkerTest, ALedgerThatGoesEndsTheRoundAndTheNextOneHasANewSession) {
  put({"r1 x"});
  store::SessionLedger* session = nullptr;
  const auto open = [&]() -> Result<std::unique_ptr<store::Ledger>> {
    auto made = std::make_unique<store::SessionLedger>(*ledger_, claims_);
    session = made.get();
    return std::unique_ptr<store::Ledger>(std::move(made));
  };
  KeptLedger kept(open().value(), open);
  ASSERT_TRUE(check_server(*kept, "https://a", true));
  SourceWorker one({{"s", "1"}, {1, 1}}, kept, source_, make_of_text, [] { return false; });
  session->lose();
  EXPECT_TRUE(round(one).error);
  ASSERT_TRUE(kept.renew("https://a"));
  EXPECT_TRUE(round(one).well());
  EXPECT_EQ(sent_, std::vector<std::string>{"r1"});
  session->lose();
  EXPECT_FALSE(kept.renew("https://b")) << "another server's ledger";
}

}  // namespace
}  // namespace paraneo::sync
