#include "cli/sync/rounds.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "cli/sync/reading_progress.h"
#include "cli/sync/results.h"
#include "cli/terminal/end_signal.h"
#include "cli/terminal/notify.h"
#include "cli/terminal/progress.h"
#include "net/drive.h"

namespace paraneo::cli {
namespace {

std::string shown(const Error& error) {
  return (error.where.empty() ? "" : error.where + ": ") + error.what;
}

}  // namespace

int Rounds::run(sync::Worker& worker) {
  using Action = sync::Worker::Action;
  constexpr double kMsPerSecond = 1000;
  while (true) {
    const auto action = worker.next();
    if (action == Action::end) break;
    if (action == Action::read) read(worker);
    else if (action == Action::send) send(worker);
    else wait_unless_stopped(static_cast<double>(sync::kOthersWorkMs) / kMsPerSecond);
  }
  const auto& ended = worker.ended();
  int code = kDone;
  if (ended.error) code = ended.said ? exit_code(ended.error->fault) : report(*ended.error);
  return ended.partly ? int{kPartly} : code;
}

void Rounds::read(sync::Worker& worker) {
  if (reading_ != nullptr) reading_->show();
  worker.read();
  if (reading_ != nullptr) reading_->end();
}

void Rounds::send(sync::Worker& worker) {
  sync::RunOptions options;
  options.base = connected_.base;
  options.conflict = job_.conflict;
  options.if_match = job_.capabilities.if_match;
  options.only_new = job_.capabilities.only_new;
  options.concurrency_max = flags_.connection.concurrency;
  options.transaction_entries_max = job_.capabilities.transaction_entries;
  options.limits = session_.limits;
  sync::Run machine(
      options, *job_.ledger, [&] { return worker.next_update(); }, system_clock(), system_random());
  net::DriveOptions drive_options;
  drive_options.concurrency = flags_.connection.concurrency;
  drive_options.retry.attempts_max = 1;  // the machine decides itself
  drive_options.retry.attempts_max_broken = 1;
  drive_options.stop = &stop_asked();
  {
    Progress progress(session_.progress, "records");
    bool told = false;
    drive_options.on_step = [&] {
      feed_watchdog();
      const auto& now = machine.report();
      // Once: trying again can take minutes.
      if (now.trouble && !now.fatal && !std::exchange(told, true))
        note(shown(*now.trouble) + "; it is tried again");
      const auto all = now.records + now.dead + now.parked;
      progress.update(all, std::min(all, worker.updates()), worker.updates());
    };
    net::drive(machine, connected_.client, drive_options, system_clock(), system_random());
  }
  const auto& run = machine.report();
  show_records(run, flags_.show_ids);
  if (run.fatal) report(*run.fatal);
  worker.sent(run, machine.done());
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

sync::Stopped stopped() {
  return [&stop = stop_asked()] { return stop.load(); };
}

}  // namespace paraneo::cli
