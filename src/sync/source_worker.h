// A worker over a source that says everything each time. A round reads it twice: once to see what
// would change and whether that is to be believed, once to send it. Of several workers over one
// ledger one leads: it decides what vanished. The others leave that alone, and look again when it
// has gone.
#pragma once

#include "sync/kept_ledger.h"
#include "sync/survey.h"
#include "sync/worker.h"

namespace paraneo::sync {

// What a worker of a source is told.
struct SourceWorkerOptions {
  IntakeOptions intake;  // `claims`, `leads` and `before` are the worker's to say
  Guards guards;
};

// For one thread. Holds what Intake does of one reading.
class SourceWorker final : public Worker {
 public:
  // Ledger and source must outlive it.
  SourceWorker(SourceWorkerOptions options, KeptLedger& ledger, RecordSource& source, Make make,
               Stopped stopped);
  SourceWorker(const SourceWorker&) = delete;
  SourceWorker& operator=(const SourceWorker&) = delete;

  Action next() override;
  void read() override;
  Result<std::optional<RecordUpdate>> next_update() override { return second_->next(); }
  std::uint64_t updates() const override { return updates_; }
  void sent(const RunReport& run, bool all) override;

  const Ended& ended() const override { return ended_; }
  // Of the last round.
  const RunReport& report() const override { return report_; }
  const IntakeCounts& counts() const override { return counts_; }
  const RunReport& report_of_round() const override { return report_; }
  // Another worker is at this source, and it is the one that leads.
  bool another_leads() const { return another_leads_; }

 private:
  enum class Step { begin, read, send, look_again, waited };

  Result<void> begin();
  Result<bool> survey_source();
  Action look_again();
  Action end(Ended how);

  SourceWorkerOptions options_;
  KeptLedger& ledger_;
  RecordSource& source_;
  Make make_;
  Stopped stopped_;
  Step step_ = Step::begin;
  Ended pass_;     // how the pass that was last ended
  Reading first_;  // of the reading before the one that sends
  std::optional<Intake> second_;
  std::uint64_t updates_ = 0;
  bool another_leads_ = false;
  Ended ended_;
  RunReport report_;
  IntakeCounts counts_;
};

}  // namespace paraneo::sync
