// paraneo sync run: one run, or one after the other.
#include <chrono>

#include "cli/server/traffic_summary.h"
#include "cli/sync/job.h"
#include "cli/sync/metrics.h"
#include "cli/sync/reading_progress.h"
#include "cli/sync/results.h"
#include "cli/sync/rounds.h"
#include "cli/terminal/end_signal.h"
#include "cli/terminal/notify.h"
#include "sync/source_worker.h"

namespace paraneo::cli {
namespace {

class SourceRounds {
 public:
  SourceRounds(const SyncFlags& flags, const Session& session, SyncJob& job, Connected& connected)
      : flags_(flags), job_(job), traffic_(connected.client),
        reading_(*job.source, session.progress), rounds_(flags, session, job, connected, &reading_),
        worker_({job.intake, guards_of(flags)}, job.ledger, reading_, job.make, stopped()) {}

  int run() {
    const auto begin = std::chrono::steady_clock::now();
    const int code = told(rounds_.run(worker_));
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    keep_results(flags_, job_, worker_, seconds.count(), code);
    return code;
  }

 private:
  int told(int code) {
    if (worker_.another_leads())
      note("another worker is at this source, too, and decides what vanished from it");
    traffic_.show();
    const bool went = code == kDone || code == kPartly || worker_.report().requests > 0;
    return went ? sum_up(job_, worker_, code) : code;
  }

  const SyncFlags& flags_;
  SyncJob& job_;
  TrafficSummary traffic_;
  ReadingProgress reading_;
  Rounds rounds_;
  sync::SourceWorker worker_;
};

int run_sync_source(const SyncFlags& flags, const Session& session, SyncJob& job,
                    Connected& connected) {
  SourceRounds source(flags, session, job, connected);
  if (flags.watch_s <= 0) return source.run();
  if (flags.source == std::vector<std::string>{"-"})
    return report(fail(ErrorCode::option_combination, "standard input cannot be watched", {},
                       "watch a folder or a database"));
  notify_systemd("READY=1");
  int code = kDone;
  while (!stop_asked()) {
    const auto ready = job.ledger.renew(connected.base);
    code = ready ? source.run() : report(ready.error());
    notify_systemd("STATUS=last run ended with code " + std::to_string(code));
    wait_unless_stopped(flags.watch_s);
  }
  notify_systemd("STOPPING=1");
  return code;
}

// `has_begun`: a run has, and so its metrics are its own to write.
int begin_sync_run(const SyncFlags& flags, const Session& session, bool& has_begun) {
  if (flags.connection.server.empty())
    return report(fail(ErrorCode::option_missing, "--server is needed", {},
                       "give the base URL of the FHIR server"));
  stop_asked();
  auto job = open_sync_job(flags, session, store::LedgerUse::update);
  if (!job) return report_ledger(job.error());
  auto connected = connect(flags.connection);
  if (!connected) return report(connected.error());
  if (const auto ours = sync::check_server(*(*job)->ledger, connected->base, true); !ours)
    return report(ours.error());
  const auto capabilities = capabilities_of(flags, connected->base);
  if (!capabilities) return report(capabilities.error());
  (*job)->capabilities = *capabilities;
  if ((*job)->conflict != sync::OnConflict::park)
    if (const auto settled = settle_parked(
            *(*job)->ledger, (*job)->conflict == sync::OnConflict::ours, session.limits);
        !settled)
      return report(settled.error());
  if (flags.verify_first)
    if (const auto verified = verify_ledger(flags, session, *(*job)->ledger, *connected, true);
        !verified)
      return report_answer(verified.error());
  has_begun = true;
  return exit_with((*job)->terminology, flags.kafka.topic.empty()
                                            ? run_sync_source(flags, session, **job, *connected)
                                            : run_sync_topic(flags, session, **job, *connected));
}

}  // namespace

int run_sync_run(const SyncFlags& flags, const Session& session) {
  bool has_begun = false;
  const int code = begin_sync_run(flags, session, has_begun);
  if (has_begun || flags.metrics.empty()) return code;
  if (const auto written = write_failed_metrics(flags.metrics, code, system_clock().now_ms());
      !written)
    report(written.error());
  return code;
}

int report_ledger(const Error& error) {
  const int code = report(error);
  return error.what == store::kLedgerIsBusy ? int{kPartly} : code;
}

}  // namespace paraneo::cli
