#include "cli/sync/results.h"

#include "cli/sync/last_run.h"
#include "cli/sync/metrics.h"
#include "cli/terminal/end_signal.h"
#include "cli/terminal/log.h"
#include "cli/terminal/message_table.h"
#include "diag/counted.h"

namespace paraneo::cli {
namespace {

constexpr std::size_t kFailuresShownMax = 20;
constexpr const char* kToldToEnd = "told to end before everything was sent; the next run goes on";

std::string number(std::uint64_t value) { return std::to_string(value); }

std::string_view event_of(sync::RunFailure::Kind kind) {
  switch (kind) {
    case sync::RunFailure::Kind::refused: return "record-refused";
    case sync::RunFailure::Kind::parked: return "record-parked";
    case sync::RunFailure::Kind::referred: return "record-not-deleted";
  }
  return "record-refused";
}

void show_failures(const sync::RunReport& done, bool show_ids) {
  MessageTable table(kFailuresShownMax);
  for (const auto& failure : done.failures) {
    auto error = failure.error;
    LogFields fields{{"event", event_of(failure.kind)}};
    if (!failure.record.empty()) {
      const auto name = shown_name(failure.record, show_ids);
      error.what = "record " + name + ": " + error.what;
      fields.emplace_back("record", name);
    }
    // The name of a file can be the name of its record; of a text without a record it is all that
    // there is.
    error.where = failure.record.empty() || show_ids ? failure.place : std::string();
    table.take(error, failure.error.what, fields);
  }
  table.finish();
  if (const auto all = done.dead + done.parked; all > done.failures.size())
    note("… and " + diag::counted(all - done.failures.size(), "more failure") +
         "; 'sync status' lists them all");
}

void show_retractions(const sync::RunReport& done, bool show_ids) {
  std::uint64_t shown = 0;
  for (const auto& each : done.retractions) {
    if (shown == kFailuresShownMax && !logs_json()) break;
    ++shown;
    const auto name = shown_name(each.record, show_ids);
    log(Level::info,
        "retracted: " + diag::counted(each.resources, "resource") + " of record " + name,
        {{"event", "record-retracted"}, {"record", name}, {"resources", each.resources}});
  }
  if (done.records_retracting > shown)
    note("… and of " + diag::counted(done.records_retracting - shown, "more record") +
         "; 'sync status --audit' lists what was written");
}

void show_summary(const sync::RunReport& done, const sync::IntakeCounts& source) {
  log(Level::info,
      "records: " + number(done.records) + " sent, " + number(source.untouched) + " untouched, " +
          number(done.dead) + " refused, " + number(done.parked) + " parked, " +
          number(source.waiting) + " waiting; resources: created " + number(done.created) +
          ", updated " + number(done.updated) + ", retracted " + number(done.retracted) +
          ", found " + number(done.found) + ", settled " + number(done.settled),
      {{"event", "sync-ended"},
       {"records", done.records},
       {"untouched", source.untouched},
       {"dead", done.dead},
       {"parked", done.parked},
       {"waiting", source.waiting},
       {"created", done.created},
       {"updated", done.updated},
       {"retracted", done.retracted},
       {"found", done.found},
       {"settled", done.settled},
       {"requests", done.requests},
       {"failed_requests", done.failed_requests}});
}

}  // namespace

void show_records(const sync::RunReport& run, bool show_ids) {
  show_failures(run, show_ids);
  show_retractions(run, show_ids);
}

int sum_up(const SyncJob& job, const sync::Worker& worker, int code) {
  const auto& done = worker.report();
  const auto& counts = worker.counts();
  show_summary(done, counts);
  if (done.labelled > 0)
    note(diag::counted(done.labelled, "resource") +
         " on the server with tags or security labels that others added: they stay");
  if (counts.incomplete)
    note(
        "a text of the source could not be read, so nobody can say which records vanished: none was retracted");
  if (counts.vanished_late > 0)
    note(diag::counted(counts.vanished_late, "record") +
         " vanished while the source was read: the next run decides");
  if (counts.moved_late > 0)
    note(diag::counted(counts.moved_late, "record") +
         " came in another file while the source was read: left to the next run");
  if (code == kDone && (counts.deferred > 0 || counts.vanished_late > 0 || counts.moved_late > 0 ||
                        done.referred > 0))
    code = kPartly;
  if (code == kPartly)
    note(stop_asked() ? kToldToEnd : "not everything was sent; the next run goes on");
  if (code != kDone) return code;
  const auto now = job.ledger->counts();
  if (!now) return report(now.error());
  if (now->records_parked > 0) return kConflict;
  return now->records_dead > 0 || counts.refused > 0 ? kFindings : kDone;
}

void keep_results(const SyncFlags& flags, const SyncJob& job, const sync::Worker& worker,
                  double seconds, int code) {
  const auto& done = worker.report();
  const auto& added = worker.report_of_round();
  const auto& counts = worker.counts();
  const auto whole = [](auto value) { return static_cast<std::int64_t>(value); };
  constexpr double kMsPerSecond = 1000;
  const auto before = kept_last_run(*job.ledger);
  LastRun run = before && *before ? **before : LastRun{};
  run.ended_ms = system_clock().now_ms();
  run.took_ms = whole(seconds * kMsPerSecond);
  run.exit_code = code;
  run.records_sent = whole(done.records);
  run.records_untouched = whole(counts.untouched);
  run.resources_written = whole(done.written());
  run.requests = whole(done.requests);
  run.requests_failed = whole(done.failed_requests);
  run.runs_total += 1;
  run.runs_failed_total += code == kDone ? 0 : 1;
  run.created_total += whole(added.created);
  run.updated_total += whole(added.updated);
  run.retracted_total += whole(added.retracted);
  run.requests_total += whole(added.requests);
  run.requests_failed_total += whole(added.failed_requests);
  if (const auto kept = keep_last_run(*job.ledger, run); !kept) report(kept.error());
  if (flags.audit_keep_days > 0) {
    constexpr double kMsPerDay = 86'400'000;
    const auto pruned = job.ledger->apply(
        {store::PruneAudit{run.ended_ms - whole(flags.audit_keep_days * kMsPerDay)}});
    if (!pruned) report(pruned.error());
  }
  if (flags.metrics.empty()) return;
  const auto now = job.ledger->counts();
  const auto written =
      now ? write_sync_metrics(flags.metrics, done, counts, *now, run) : Result<void>(now.error());
  if (!written) report(written.error());
}

}  // namespace paraneo::cli
