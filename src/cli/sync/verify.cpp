// paraneo sync verify: whether the server still holds what the ledger says; and what `run --verify`
// does first.
#include <iostream>

#include "cli/server/traffic_summary.h"
#include "cli/sync/job.h"
#include "cli/terminal/end_signal.h"
#include "cli/terminal/log.h"
#include "cli/terminal/progress.h"
#include "diag/counted.h"
#include "json/write.h"
#include "net/drive.h"
#include "sync/ledger_rows.h"
#include "sync/verify.h"

namespace paraneo::cli {
namespace {

void show(const store::ResourceRow& row, sync::Deviation deviation, const SyncFlags& flags) {
  const auto record = shown_name(row.record, flags.show_ids);
  if (!flags.json) {
    std::cout << name_of(deviation) << "  " << row.target << "  of record " << record << "\n";
    return;
  }
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  for (const auto& [name, value] :
       {std::pair<std::string_view, std::string>{"kind", std::string(name_of(deviation))},
        {"target", row.target},
        {"record", record},
        {"version", row.version}}) {
    writer.key(name);
    writer.string(value);
  }
  writer.end_object();
  std::cout << out << "\n";
}

}  // namespace

Result<sync::VerifyReport> verify_ledger(const SyncFlags& flags, const Session& session,
                                         store::Ledger& ledger, Connected& connected,
                                         bool repairs) {
  sync::LedgerRows rows(ledger);
  if (const auto opened = rows.open(); !opened) return opened.error();
  sync::VerifyOptions options;
  options.base = connected.base;
  options.limits = session.limits;
  sync::Verify machine(
      options, [&] { return rows.next(); },
      [&](const store::ResourceRow& row, sync::Deviation deviation) {
        if (!repairs || flags.verifies_only) show(row, deviation, flags);
        return repairs ? sync::let_run_decide(ledger, row, deviation) : Result<void>();
      });
  net::DriveOptions drive_options;
  drive_options.concurrency = 1;
  drive_options.stop = &stop_asked();
  {
    Progress progress(session.progress, "resources");
    drive_options.on_step = [&] { progress.update(machine.report().checked, 0, 0); };
    net::drive(machine, connected.client, drive_options, system_clock(), system_random());
  }
  if (machine.report().error) return *machine.report().error;
  if (!machine.done())
    return fail(ErrorCode::interrupted, "told to end before everything was compared", {},
                "run it again");
  const auto& done = machine.report();
  log(Level::info,
      "compared " + diag::counted(done.checked, "resource") +
          " with the server: " + std::to_string(done.missing) + " missing, " +
          std::to_string(done.changed) + " changed, " + std::to_string(done.returned) + " returned",
      {{"event", "verified"},
       {"checked", done.checked},
       {"missing", done.missing},
       {"changed", done.changed},
       {"returned", done.returned}});
  return done;
}

int run_sync_verify(const SyncFlags& flags, const Session& session) {
  if (flags.connection.server.empty())
    return report(fail(ErrorCode::option_missing, "--server is needed", {},
                       "give the base URL of the FHIR server"));
  const auto there = store::ledger_exists(flags.ledger);
  if (!there) return report(there.error());
  if (!*there)
    return report(fail(ErrorCode::ledger_missing, "there is no such ledger",
                       store::shown_database(flags.ledger), "name it with --ledger"));
  auto ledger = store::open_ledger(
      flags.ledger, flags.repairs ? store::LedgerUse::update : store::LedgerUse::look);
  if (!ledger) return report_ledger(ledger.error());
  auto connected = connect(flags.connection);
  if (!connected) return report(connected.error());
  if (const auto ours = sync::check_server(**ledger, connected->base, false); !ours)
    return report(ours.error());
  TrafficSummary traffic(connected->client);
  const auto done = verify_ledger(flags, session, **ledger, *connected, flags.repairs);
  traffic.show();
  if (!done) return report_answer(done.error());
  if (done->deviations() == 0) return kDone;
  if (!flags.repairs) {
    note("'sync verify --repair' lets the next run look at them and decide by --on-conflict");
    return kFindings;
  }
  note("the next run looks at them and decides by --on-conflict (park, ours, theirs)");
  return kDone;
}

}  // namespace paraneo::cli
