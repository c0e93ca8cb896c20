// paraneo sync run: one run, or one after the other.
#include <algorithm>
#include <chrono>
#include <thread>

#include "cli/server/traffic_summary.h"
#include "cli/sync/job.h"
#include "cli/sync/last_run.h"
#include "cli/sync/metrics.h"
#include "cli/sync/reading_progress.h"
#include "cli/terminal/end_signal.h"
#include "cli/terminal/message_table.h"
#include "cli/terminal/notify.h"
#include "cli/terminal/progress.h"
#include "diag/counted.h"
#include "net/drive.h"

namespace paraneo::cli {
namespace {

constexpr std::size_t kFailuresShownMax = 20;
constexpr const char* kToldToEnd = "told to end before everything was sent; the next run goes on";

std::string number(std::uint64_t value) { return std::to_string(value); }

// A text without a record's name is a letter of its last reading only.
Result<void> forget_nameless_letters(store::Ledger& ledger, const std::string& source) {
  auto letters = ledger.letters();
  if (!letters) return letters.error();
  std::vector<store::Change> changes;
  for (const auto& letter : *letters) {
    if (letter.source != source) continue;
    const auto row = ledger.record(letter.record);
    if (!row) return row.error();
    if (!*row) changes.emplace_back(store::RemoveLetter{letter.record});
  }
  return changes.empty() ? Result<void>() : ledger.apply(changes);
}

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

std::string shown(const Error& error) {
  return (error.where.empty() ? "" : error.where + ": ") + error.what;
}

void add(sync::RunReport& all, const sync::RunReport& one) {
  all.records += one.records;
  all.created += one.created;
  all.updated += one.updated;
  all.retracted += one.retracted;
  all.found += one.found;
  all.settled += one.settled;
  all.unsettled = one.unsettled;  // still or again
  all.yielded += one.yielded;
  all.referred += one.referred;
  all.dead += one.dead;
  all.parked += one.parked;
  all.requests += one.requests;
  all.failed_requests += one.failed_requests;
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

class Cycle {
 public:
  Cycle(const SyncFlags& flags, const Session& session, SyncJob& job, Connected& connected)
      : flags_(flags), session_(session), job_(job), connected_(connected),
        traffic_(connected.client) {}

  int run() {
    const auto begin = std::chrono::steady_clock::now();
    done_ = {};
    const int code = work();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    keep_results(flags_, job_, done_, counts_, seconds.count(), code);
    return code;
  }

 private:
  int work() {
    counts_ = {};
    if (auto ready = forget_nameless_letters(*job_.ledger, job_.intake.source); !ready)
      return report(ready.error());
    int code = kDone;
    do { code = pass(); } while (code == kDone && look_again());
    if (auto ended = job_.ledger->give_up(); !ended && code == kDone) return report(ended.error());
    traffic_.show();
    return code == kDone || code == kPartly || done_.requests > 0
               ? sum_up(job_, done_, counts_, code)
               : code;
  }

  int pass() {
    const auto leads = job_.ledger->claim(store::claim_on_source(job_.intake.source));
    if (!leads) return report(leads.error());
    job_.intake.leads = *leads;
    auto first = job_.pass(false);
    if (!first) return report(first.error());
    const auto survey = survey_of(*first);
    if (!survey) return report(survey.error());
    counts_ = survey->counts;
    if (const auto stop = guarded(*survey, flags_)) return report(*stop);
    const auto doubtful = job_.ledger->records_on_the_way();
    if (!doubtful) return report(doubtful.error());
    if (survey->works == 0 && doubtful->empty()) return kDone;
    auto before = first->reading();
    before.updates_max = sync::updates_max(*survey, flags_.change_max_percent / 100);
    auto intake = job_.pass(true, &before);
    if (!intake) return report(intake.error());
    const int code = send_works(
        flags_, session_, job_, connected_, [&] { return intake->next(); }, survey->works, done_);
    const auto& now = intake->counts();
    counts_.deferred = now.deferred;
    counts_.incomplete = counts_.incomplete || now.incomplete;
    counts_.vanished_late = now.vanished_late;
    if (code != kDone) return code;
    const auto moved = sync::moved_on(now, flags_.shrink_max_percent / 100);
    return moved ? report(*moved) : code;
  }

  Result<sync::Survey> survey_of(sync::Intake& first) {
    const ReadingProgress progress(job_, session_);
    return sync::survey(first, *job_.ledger);
  }

  // With several workers: until what the others had is done, whoever did it, and until nobody but
  // us or one that is at it decides what vanished.
  bool look_again() {
    if (stop_asked()) return false;
    if (counts_.deferred > done_.unsettled) {
      wait_unless_stopped(kOthersWorkSeconds);
      return !stop_asked();
    }
    if (job_.intake.leads) return false;
    const auto leads = job_.ledger->claim(store::claim_on_source(job_.intake.source));
    if (leads && !*leads)
      note("another worker is at this source, too, and decides what vanished from it");
    return leads && *leads;
  }

  const SyncFlags& flags_;
  const Session& session_;
  SyncJob& job_;
  Connected& connected_;
  TrafficSummary traffic_;
  sync::RunReport done_;
  sync::IntakeCounts counts_;
};

}  // namespace

std::optional<Error> guarded(const sync::Survey& survey, const SyncFlags& flags) {
  if (auto stop = sync::shrunk(survey, flags.shrink_max_percent / 100)) return stop;
  return sync::changed_too_much(survey, flags.change_max_percent / 100);
}

void wait_unless_stopped(double seconds) {
  using Steady = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds kPoll{100};
  const auto until = Steady::now() + std::chrono::duration_cast<Steady::duration>(
                                         std::chrono::duration<double>(seconds));
  while (!stop_asked() && Steady::now() < until) {
    feed_watchdog();
    std::this_thread::sleep_for(std::min<Steady::duration>(kPoll, until - Steady::now()));
  }
}

int sum_up(const SyncJob& job, const sync::RunReport& done, const sync::IntakeCounts& counts,
           int code) {
  show_summary(done, counts);
  if (counts.incomplete)
    note(
        "a text of the source could not be read, so nobody can say which records vanished: none was retracted");
  if (counts.vanished_late > 0)
    note(diag::counted(counts.vanished_late, "record") +
         " vanished while the source was read: the next run decides");
  if (code == kDone && (counts.deferred > 0 || counts.vanished_late > 0 || done.referred > 0))
    code = kPartly;
  if (code == kPartly)
    note(stop_asked() ? kToldToEnd : "not everything was sent; the next run goes on");
  if (code != kDone) return code;
  const auto now = job.ledger->counts();
  if (!now) return report(now.error());
  if (now->records_parked > 0) return kConflict;
  return now->records_dead > 0 || counts.refused > 0 ? kFindings : kDone;
}

void keep_results(const SyncFlags& flags, const SyncJob& job, const sync::RunReport& done,
                  const sync::IntakeCounts& counts, double seconds, int code) {
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
  run.created_total += whole(done.created);
  run.updated_total += whole(done.updated);
  run.retracted_total += whole(done.retracted);
  run.requests_total += run.requests;
  run.requests_failed_total += run.requests_failed;
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

int send_works(const SyncFlags& flags, const Session& session, SyncJob& job, Connected& connected,
               const sync::Run::Feed& feed, std::uint64_t works, sync::RunReport& done) {
  sync::RunOptions options;
  options.base = connected.base;
  options.conflict = job.conflict;
  options.if_match = job.ways.if_match;
  options.only_new = job.ways.only_new;
  options.concurrency_max = flags.connection.concurrency;
  options.transaction_entries_max = job.ways.transaction_entries;
  options.limits = session.limits;
  sync::Run machine(options, *job.ledger, feed, system_clock(), system_random());
  net::DriveOptions drive_options;
  drive_options.concurrency = flags.connection.concurrency;
  drive_options.retry.attempts_max = 1;  // the machine decides itself
  drive_options.retry.attempts_max_broken = 1;
  drive_options.stop = &stop_asked();
  {
    Progress progress(session.progress, "records");
    bool told = false;
    drive_options.on_step = [&] {
      feed_watchdog();
      const auto& now = machine.report();
      // Once: trying again can take minutes.
      if (now.trouble && !now.fatal && !std::exchange(told, true))
        note(shown(*now.trouble) + "; it is tried again");
      const auto all = now.records + now.dead + now.parked;
      progress.update(all, std::min(all, works), works);
    };
    net::drive(machine, connected.client, drive_options, system_clock(), system_random());
  }
  const auto& now = machine.report();
  show_failures(now, flags.show_ids);
  show_retractions(now, flags.show_ids);
  add(done, now);
  if (now.fatal) {
    report(*now.fatal);
    return now.written() + now.records > 0 ? int{kPartly} : exit_code(now.fatal->fault);
  }
  return machine.done() ? kDone : kPartly;
}

namespace {

// `has_begun`: a run has, and so its metrics are its own to write.
int begin_sync_run(const SyncFlags& flags, const Session& session, bool& has_begun) {
  if (flags.connection.server.empty())
    return report(
        fail(Fault::usage, "--server is needed", {}, "give the base URL of the FHIR server"));
  stop_asked();
  auto job = open_sync_job(flags, session, store::LedgerUse::work);
  if (!job) return report_ledger(job.error());
  auto connected = connect(flags.connection);
  if (!connected) return report(connected.error());
  if (const auto ours = (*job)->belongs_to(connected->base, true); !ours)
    return report(ours.error());
  const auto ways = ways_of(flags, connected->base);
  if (!ways) return report(ways.error());
  (*job)->ways = *ways;
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
  if (!flags.kafka.topic.empty()) return run_sync_topic(flags, session, **job, *connected);
  Cycle cycle(flags, session, **job, *connected);
  if (flags.watch_s <= 0) return cycle.run();
  if (flags.source == std::vector<std::string>{"-"})
    return report(
        fail(Fault::usage, "standard input cannot be watched", {}, "watch a folder or a database"));
  notify_systemd("READY=1");
  int code = kDone;
  while (!stop_asked()) {
    const auto ready = (*job)->keep_ledger(flags, connected->base);
    code = ready ? cycle.run() : report(ready.error());
    notify_systemd("STATUS=last run ended with code " + std::to_string(code));
    wait_unless_stopped(flags.watch_s);
  }
  notify_systemd("STOPPING=1");
  return code;
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
