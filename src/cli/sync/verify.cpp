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
#include "sync/verify.h"

namespace paraneo::cli {
namespace {

// All rows of a ledger, record by record. What a visit changes in the ledger does not disturb it.
class Rows {
 public:
  explicit Rows(store::Ledger& ledger) : ledger_(ledger) {}

  Result<void> open() {
    const auto sources = ledger_.sources();
    if (!sources) return sources.error();
    for (const auto& source : *sources)
      if (auto read = ledger_.each_record(
              source.name, [&](const store::RecordRow& row) { records_.push_back(row.name); });
          !read)
        return read;
    return {};
  }
  std::size_t records() const { return records_.size(); }
  Result<std::optional<store::ResourceRow>> next() {
    while (rows_.empty()) {
      if (at_ == records_.size()) return std::optional<store::ResourceRow>();
      auto rows = ledger_.resources(records_[at_++]);
      if (!rows) return rows.error();
      rows_ = std::move(*rows);
    }
    auto row = std::move(rows_.back());
    rows_.pop_back();
    return std::optional(std::move(row));
  }

 private:
  store::Ledger& ledger_;
  std::vector<std::string> records_;
  std::vector<store::ResourceRow> rows_;
  std::size_t at_ = 0;
};

// What makes the next run read the resource and decide by --on-conflict: the version is not known
// any more, nor is what the record's text was.
Result<void> let_run_decide(store::Ledger& ledger, store::ResourceRow row,
                            sync::Deviation deviation) {
  auto record = ledger.record(row.record);
  if (!record) return record.error();
  if (!*record) return {};
  row.version.clear();
  // It is ours to delete, or to mark as entered in error, once more.
  const bool retracts_again =
      deviation == sync::Deviation::returned ||
      (deviation == sync::Deviation::changed && row.state == store::ResourceState::retracted);
  if (retracts_again) row.state = store::ResourceState::confirmed;
  (*record)->content_hash.clear();
  if (retracts_again && store::is_gone((*record)->state))
    (*record)->state = store::RecordState::active;
  return ledger.apply({std::move(row), std::move(**record)});
}

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
  Rows rows(ledger);
  if (const auto opened = rows.open(); !opened) return opened.error();
  sync::VerifyOptions options;
  options.base = connected.base;
  options.limits = session.limits;
  sync::Verify machine(
      options, [&] { return rows.next(); },
      [&](const store::ResourceRow& row, sync::Deviation deviation) {
        if (!repairs || flags.verifies_only) show(row, deviation, flags);
        return repairs ? let_run_decide(ledger, row, deviation) : Result<void>();
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
    return fail(Fault::network, "told to end before everything was compared", {}, "run it again");
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
    return report(
        fail(Fault::usage, "--server is needed", {}, "give the base URL of the FHIR server"));
  const auto there = store::ledger_exists(flags.ledger);
  if (!there) return report(there.error());
  if (!*there)
    return report(fail(Fault::usage, "there is no such ledger", store::shown_database(flags.ledger),
                       "name it with --ledger"));
  SyncJob job;
  auto ledger = store::open_ledger(flags.ledger,
                                   flags.repairs ? store::LedgerUse::work : store::LedgerUse::look);
  if (!ledger) return report_ledger(ledger.error());
  job.ledger = std::move(*ledger);
  auto connected = connect(flags.connection);
  if (!connected) return report(connected.error());
  if (const auto ours = job.belongs_to(connected->base, false); !ours) return report(ours.error());
  TrafficSummary traffic(connected->client);
  const auto done = verify_ledger(flags, session, *job.ledger, *connected, flags.repairs);
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
