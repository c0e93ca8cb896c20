// paraneo sync plan: what a run would do, field by field.
#include <iostream>

#include "cli/sync/job.h"
#include "cli/sync/reading_progress.h"
#include "cli/terminal/log.h"
#include "diag/counted.h"
#include "json/write.h"
#include "rest/write_request.h"
#include "sync/content.h"
#include "sync/fields.h"

namespace paraneo::cli {
namespace {

using sync::Effect;
using sync::Operation;

struct Totals {
  std::uint64_t created = 0;
  std::uint64_t changed = 0;
  std::uint64_t retracted = 0;
  std::uint64_t kept = 0;
  std::uint64_t unread = 0;  // changed, and the server's copy could not be had
};

// Reads the server's copies of what would be changed; writes nothing.
class Plan {
 public:
  Plan(const SyncFlags& flags, const Session& session, std::optional<Connected> connected)
      : flags_(flags), session_(session), connected_(std::move(connected)) {}

  void show(const sync::RecordUpdate& update) {
    if (update.refusal)
      return line("refuse", update.record.empty() ? std::string() : shown_name(update.record, true),
                  update.place, {}, *update.refusal);
    for (const auto& operation : update.operations) show(update, operation);
  }
  const Totals& totals() const { return totals_; }

 private:
  void show(const sync::RecordUpdate& update, const Operation& operation) {
    const auto target = operation.entry.target();
    switch (operation.effect) {
      case Effect::keep: ++totals_.kept; return line("keep", update.record, target, {}, {});
      case Effect::remove:
        ++totals_.retracted;
        return line("delete", update.record, target, {}, {});
      case Effect::retract:
        ++totals_.retracted;
        return line("retract", update.record, target, {}, {});
      case Effect::put: break;
    }
    if (operation.known.record.empty() || operation.known.hash.empty()) {
      ++totals_.created;
      return line("create", update.record, target, {}, {});
    }
    ++totals_.changed;
    const auto copy = read(operation);
    if (!copy) {
      ++totals_.unread;
      return line("change", update.record, target, {}, {});
    }
    line("change", update.record, target,
         sync::field_changes(*copy, operation.entry.resource, session_.limits), {});
  }

  // Nothing when nobody answers; an empty text when the server has none.
  std::optional<std::string> read(const Operation& operation) {
    if (!connected_) return std::nullopt;
    auto response = connected_->client.send(rest::read_request(connected_->base, operation.entry));
    if (!response) {
      report(response.error());
      connected_.reset();  // asked once, not for each resource
      return std::nullopt;
    }
    auto reply = rest::classify(std::move(*response), system_clock().now_ms());
    if (reply.verdict == rest::Verdict::missing || reply.verdict == rest::Verdict::gone)
      return std::string();
    return reply.ok() ? std::optional(std::move(reply.body)) : std::nullopt;
  }

  void line(const char* action, const std::string& record, const std::string& target,
            const std::vector<sync::FieldChange>& fields, const std::string& why) {
    if (!flags_.json) {
      std::cout << action << " " << target << (record.empty() ? "" : "  (record " + record + ")")
                << (why.empty() ? "" : ": " + why) << "\n";
      for (const auto& field : fields)
        std::cout << "    " << field.path << ": "
                  << (field.before.empty() ? "nothing" : field.before) << " -> "
                  << (field.after.empty() ? "nothing" : field.after) << "\n";
      return;
    }
    std::string out;
    json::Writer writer(out);
    const auto member = [&](const char* name, const std::string& value) {
      if (!value.empty()) writer.member(name, value);
    };
    writer.begin_object();
    member("action", action);
    member("record", record);
    member(why.empty() ? "target" : "place", target);
    member("why", why);
    if (!fields.empty()) {
      writer.key("fields");
      writer.begin_array();
      for (const auto& field : fields) {
        writer.begin_object();
        member("path", field.path);
        if (!field.before.empty()) writer.key("before"), writer.raw(field.before);
        if (!field.after.empty()) writer.key("after"), writer.raw(field.after);
        writer.end_object();
      }
      writer.end_array();
    }
    writer.end_object();
    std::cout << out << "\n";
  }

  const SyncFlags& flags_;
  const Session& session_;
  std::optional<Connected> connected_;
  Totals totals_;
};

Result<sync::DryRun> dry_run(const SyncFlags& flags, const Session& session, SyncJob& job,
                             Plan& plan) {
  const auto visit = [&](const sync::RecordUpdate& update) { plan.show(update); };
  if (flags.kafka.topic.empty()) {
    ReadingProgress reading(*job.source, session.progress);
    reading.show();
    return sync::dry_run(job.intake, *job.ledger, reading, job.make, guards_of(flags), visit);
  }
  const auto counts = plan_sync_topic(flags, session, job, visit);
  if (!counts) return counts.error();
  return sync::DryRun{*counts, {}};  // a feed is no snapshot of which too little could be left
}

void show_summary(const Totals& all, const sync::IntakeCounts& counts) {
  const auto number = [](std::uint64_t value) { return std::to_string(value); };
  log(Level::info,
      "records: " + number(counts.changed) + " to send, " + number(counts.vanished) +
          " vanished, " + number(counts.untouched) + " untouched, " + number(counts.waiting) +
          " waiting, " + number(counts.refused) + " refused; resources: " + number(all.created) +
          " to create, " + number(all.changed) + " to change, " + number(all.retracted) +
          " to retract, " + number(all.kept) + " to keep",
      {{"event", "plan"},
       {"created", all.created},
       {"changed", all.changed},
       {"retracted", all.retracted},
       {"untouched", counts.untouched},
       {"refused", counts.refused},
       {"vanished", counts.vanished}});
  if (all.created > 0)
    note(
        "what the ledger does not know may be on the server already: a run looks there before it creates anything");
  if (all.unread > 0)
    note("the server's copies of " + diag::counted(all.unread, "changed resource") +
         " could not be read, so their fields are not shown");
  if (counts.incomplete)
    note("a text of the source could not be read: a run would retract no record");
}

}  // namespace

int run_sync_plan(const SyncFlags& flags, const Session& session) {
  auto job = open_sync_job(flags, session, store::LedgerUse::look);
  if (!job) return report(job.error());
  std::optional<Connected> connected;
  if (!flags.connection.server.empty()) {
    auto opened = connect(flags.connection);
    if (!opened) return report(opened.error());
    if (const auto ours = sync::check_server(*(*job)->ledger, opened->base, false); !ours)
      return report(ours.error());
    connected.emplace(std::move(*opened));
  }
  Plan plan(flags, session, std::move(connected));
  const auto looked = dry_run(flags, session, **job, plan);
  if (!looked) return report(looked.error());
  std::cout.flush();
  show_summary(plan.totals(), looked->counts);
  if (looked->refused) return report(*looked->refused);
  return exit_with((*job)->terminology, looked->counts.refused > 0 ? kFindings : kDone);
}

}  // namespace paraneo::cli
