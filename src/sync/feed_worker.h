// A worker over a feed: batch after batch. What was read is done before the ledger's cursor passes
// it; the feed is told afterwards. What a person let go on with (`sync retry`) is older than what
// the feed says next, and goes before it.
#pragma once

#include "sync/change_intake.h"
#include "sync/feed_batch.h"
#include "sync/worker.h"

namespace paraneo::sync {

// What a worker of a feed is told.
struct FeedWorkerOptions {
  IntakeOptions intake;   // its source is the feed's name in the ledger
  std::string feed;       // the feed's own name
  bool for_ever = false;  // it ends never; otherwise when all is done that the feed had when it was
                          // opened, whichever worker did it
  FeedBatch::Size batch = {};
};

// What a person is told, as it happens.
struct FeedNews {
  // Once for each message that is waited for: the worker lives.
  std::function<void()> waiting = [] {};
  std::function<void(const KnownFeed::Lost&)> lost = [](const KnownFeed::Lost&) {};
  // The ledger knows how far it is; when the feed does not, only those who watch its lag are
  // misled.
  std::function<void(const Error&)> not_committed = [](const Error&) {};
};

// For one thread. A round is: what was let go on with; or reading a batch; or dealing with it. A
// batch that was not done is gone on with before the next one is read. Holds one batch.
class FeedWorker final : public Worker {
 public:
  using Open = std::function<Result<std::unique_ptr<SharedFeed>>(SharedFeed::Start)>;

  // The ledger must outlive it.
  FeedWorker(FeedWorkerOptions options, KeptLedger& ledger, Make make, Open open, FeedNews news,
             Stopped stopped);
  FeedWorker(const FeedWorker&) = delete;
  FeedWorker& operator=(const FeedWorker&) = delete;

  // Before the first round; read() opens the feed again after an error.
  Result<void> open();

  Action next() override;
  void read() override;
  Result<std::optional<RecordUpdate>> next_update() override { return intake_->next(); }
  std::uint64_t updates() const override { return updates_; }
  void sent(const RunReport& run, bool all) override;

  const Ended& ended() const override { return ended_; }
  // Of all rounds.
  const RunReport& report() const override { return report_; }
  const IntakeCounts& counts() const override { return counts_; }
  const RunReport& report_of_round() const override { return round_; }

  // The round that ended last dealt with something; it did not just read.
  bool has_dealt() const { return has_dealt_; }
  // All is done that is to be done: no further round.
  bool is_over() const { return is_over_; }
  // Something was read that is not done.
  bool has_unfinished() const { return batch_.has_messages(); }

 private:
  enum class Step { begin, read, claim, send, wait, send_again, ended };

  Action begin();
  Result<bool> all_is_done() const;
  Result<void> gather();
  Action claim();
  Action send();
  Action finish();
  Result<void> pass_cursor();
  Action end(Ended how);

  FeedWorkerOptions options_;
  KeptLedger& ledger_;
  Make make_;
  Open open_;
  FeedNews news_;
  Stopped stopped_;
  KnownFeed known_;
  std::unique_ptr<SharedFeed> feed_;
  std::vector<FeedRange> unread_;  // when it was opened
  FeedBatch batch_;
  Step step_ = Step::begin;
  bool has_waited_ = false;       // for a claim
  std::vector<FeedChange> left_;  // of the batch, or of what was let go on with
  std::optional<ChangeIntake> intake_;
  std::uint64_t updates_ = 0;
  bool has_dealt_ = false;
  bool is_over_ = false;
  Ended ended_;
  RunReport report_;
  RunReport round_;
  IntakeCounts counts_;
};

}  // namespace paraneo::sync
