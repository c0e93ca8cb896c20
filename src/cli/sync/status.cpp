// paraneo sync status, retry, drop: the ledger, for people.
#include <algorithm>
#include <iostream>
#include <map>
#include <set>

#include "cli/sync/flags.h"
#include "cli/sync/last_run.h"
#include "cli/terminal/log.h"
#include "diag/counted.h"
#include "json/write.h"
#include "rest/instant.h"
#include "rest/reply.h"
#include "store/open_ledger.h"
#include "sync/fields.h"
#include "sync/waiting.h"

namespace paraneo::cli {
namespace {

using Conflicts = sync::Resolution::Conflicts;

// The server's words, from an OperationOutcome or as they are.
std::string words_of(const std::string& outcome) {
  std::string text;
  for (const auto& issue : rest::read_issues(outcome))
    text += (text.empty() ? "" : "; ") + issue.code +
            (issue.expression.empty() ? "" : " at " + issue.expression) +
            (issue.text.empty() ? "" : ": " + issue.text);
  return text.empty() ? outcome : text;
}

void show_counts(const store::Counts& counts, bool json) {
  const std::pair<const char*, std::uint64_t> rows[] = {
      {"records_active", counts.records_active},
      {"records_dead", counts.records_dead},
      {"records_parked", counts.records_parked},
      {"records_dropped", counts.records_dropped},
      {"records_retracted", counts.records_retracted},
      {"records_kept", counts.records_kept},
      {"resources_confirmed", counts.resources_confirmed},
      {"resources_on_the_way", counts.resources_on_the_way},
      {"resources_parked", counts.resources_parked},
      {"resources_retracted", counts.resources_retracted},
      {"resources_kept", counts.resources_kept}};
  std::string out = json ? "{\"kind\":\"counts\"" : "";
  for (const auto& [name, value] : rows)
    if (json) out += ",\"" + std::string(name) + "\":" + std::to_string(value);
    else if (value > 0) out += std::string(name) + ": " + std::to_string(value) + "\n";
  std::cout << (out.empty() ? "the ledger is empty\n" : out + (json ? "}\n" : ""));
}

void show_source(const store::SourceRow& source, bool json) {
  if (!json) {
    std::cout << "source " << source.name << ": " << diag::counted(source.records, "record")
              << "\n";
    return;
  }
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  writer.member("kind", "source");
  writer.member("name", source.name);
  writer.key("records");
  writer.raw(std::to_string(source.records));
  writer.end_object();
  std::cout << out << "\n";
}

void show_letter(const store::DeadLetter& letter, bool json) {
  if (!json) {
    std::cout << "\ndead  " << letter.record << "  (" << letter.place << ")\n    "
              << (letter.status > 0 ? "the server answered " + std::to_string(letter.status) + ": "
                                    : "not sent: ")
              << words_of(letter.outcome) << "\n";
    return;
  }
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  writer.member("kind", "dead");
  writer.member("record", letter.record);
  writer.member("place", letter.place);
  writer.key("status");
  writer.raw(std::to_string(letter.status));
  writer.member("outcome", words_of(letter.outcome));
  writer.end_object();
  std::cout << out << "\n";
}

void show_conflict(const store::Conflict& conflict, const Limits& limits, bool json) {
  const auto fields = sync::field_changes(conflict.theirs, conflict.ours, limits);
  if (!json) {
    std::cout << "    " << conflict.target << " on the server"
              << (conflict.theirs.empty()    ? ": deleted"
                  : conflict.version.empty() ? ""
                                             : ", version " + conflict.version)
              << "\n";
    for (const auto& field : fields)
      std::cout << "        " << field.path << ": theirs "
                << (field.before.empty() ? "nothing" : field.before) << ", ours "
                << (field.after.empty() ? "nothing" : field.after) << "\n";
    return;
  }
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  writer.member("kind", "conflict");
  writer.member("record", conflict.record);
  writer.member("target", conflict.target);
  writer.member("version", conflict.version);
  writer.key("fields");
  writer.begin_array();
  for (const auto& field : fields) {
    writer.begin_object();
    writer.member("path", field.path);
    if (!field.before.empty()) writer.key("theirs"), writer.raw(field.before);
    if (!field.after.empty()) writer.key("ours"), writer.raw(field.after);
    writer.end_object();
  }
  writer.end_array();
  writer.end_object();
  std::cout << out << "\n";
}

// The newest first.
void show_audit(const std::vector<store::AuditRow>& audit, bool json) {
  if (!json && !audit.empty()) std::cout << "\nthe last writes:\n";
  for (const auto& row : audit) {
    const auto time = rest::instant_text(row.at_ms);
    if (!json) {
      std::cout << "    " << time << " " << row.action << " " << row.target
                << (row.version.empty() ? "" : ", version " + row.version) << "\n";
      continue;
    }
    std::string out;
    json::Writer writer(out);
    writer.begin_object();
    for (const auto& [name, value] :
         {std::pair("kind", std::string("write")), std::pair("time", time),
          std::pair("action", row.action), std::pair("server", row.server),
          std::pair("target", row.target), std::pair("version", row.version),
          std::pair("hash", row.hash)}) {
      writer.key(name);
      writer.string(value);
    }
    writer.end_object();
    std::cout << out << "\n";
  }
}

Result<std::unique_ptr<store::Ledger>> open_existing(const SyncFlags& flags, store::LedgerUse use) {
  const auto there = store::ledger_exists(flags.ledger);
  if (!there) return there.error();
  if (!*there)
    return fail(ErrorCode::ledger_missing, "there is no such ledger",
                store::shown_database(flags.ledger),
                "name it with --ledger, or run 'sync run' first");
  return store::open_ledger(flags.ledger, use);
}

Result<void> check_selection(const SyncFlags& flags) {
  if (flags.ids.empty() && !flags.all && flags.matching.empty() && flags.kind.empty())
    return fail(ErrorCode::option_missing, "nothing is chosen", {},
                "name records, or give --all, --kind or --matching");
  if (flags.kind == "parked" && !flags.matching.empty())
    return fail(ErrorCode::option_combination,
                "--matching looks at the server's answer, and what is parked has none", {},
                "leave one of the two out");
  if (flags.kind == "dead" && !flags.resolve.empty())
    return fail(ErrorCode::option_combination,
                "--resolve settles conflicts, and dead letters have none", {},
                "leave one of the two out");
  return {};
}

// The records that the user chose among those that wait.
Result<std::set<std::string>> chosen(const SyncFlags& flags, const sync::Waiting& waiting) {
  std::set<std::string> records;
  const std::set<std::string> ids(flags.ids.begin(), flags.ids.end());
  auto unknown = ids;
  const auto fits = [&](const std::string& record) {
    const bool named =
        flags.ids.empty() || ids.contains(record) || ids.contains(shown_name(record, false));
    unknown.erase(record);
    unknown.erase(shown_name(record, false));
    const auto letter = waiting.letters.find(record);
    const bool matches = flags.matching.empty() ||
                         (letter != waiting.letters.end() &&
                          letter->second.outcome.find(flags.matching) != std::string::npos);
    return named && matches;
  };
  if (flags.kind != "parked")
    for (const auto& [record, letter] : waiting.letters)
      if (fits(record)) records.insert(record);
  if (flags.kind != "dead")
    for (const auto& [record, conflicts] : waiting.conflicts)
      if (fits(record)) records.insert(record);
  std::string names;
  for (const auto& id : unknown) names += (names.empty() ? "" : ", ") + id;
  if (!names.empty())
    return fail(ErrorCode::option_value,
                "unknown: no " +
                    (flags.kind.empty() ? std::string("dead letter and no parked record")
                                        : flags.kind + " record") +
                    " is called " + names + "; nothing was done",
                {}, "'paraneo sync status' names them");
  return records;
}

Conflicts conflicts_of(const std::string& resolve) {
  return resolve == "ours"     ? Conflicts::ours
         : resolve == "theirs" ? Conflicts::theirs
                               : Conflicts::as_they_are;
}

int resolve_all(const SyncFlags& flags, const Session& session, const sync::Resolution& how) {
  if (const auto checked = check_selection(flags); !checked) return report(checked.error());
  auto ledger = open_existing(flags, store::LedgerUse::update);
  if (!ledger) return report_ledger(ledger.error());
  const auto waiting = sync::waiting_of(**ledger);
  if (!waiting) return report(waiting.error());
  const auto records = chosen(flags, *waiting);
  if (!records) return report(records.error());
  const auto left_alone = sync::resolve(**ledger, *records, *waiting, how, session.limits);
  if (!left_alone) return report(left_alone.error());
  const auto busy = *left_alone;
  if (busy > 0)
    note(diag::counted(busy, "record is", "records are") +
         " left alone, because a worker is at work there: try again");
  const auto done = records->size() - busy;
  log(Level::info,
      how.gives_up ? diag::counted(done, "record is given up until the source changes it",
                                   "records are given up until the source changes them")
                   : diag::counted(done, "record") + " will be tried again by the next run",
      {{"records", done}});
  return busy > 0 ? kPartly : kDone;
}

}  // namespace

Result<void> settle_parked(store::Ledger& ledger, bool ours, const Limits& limits) {
  const auto waiting = sync::waiting_of(ledger);
  if (!waiting) return waiting.error();
  if (waiting->conflicts.empty()) return {};
  std::set<std::string> records;
  for (const auto& [record, conflicts] : waiting->conflicts) records.insert(record);
  const auto busy = sync::resolve(ledger, records, *waiting,
                                  {false, ours ? Conflicts::ours : Conflicts::theirs}, limits);
  if (!busy) return busy.error();
  note(diag::counted(records.size() - *busy, "parked record is", "parked records are") +
       " settled, because --on-conflict says so");
  return {};
}

int run_sync_status(const SyncFlags& flags, const Session& session) {
  auto ledger = open_existing(flags, store::LedgerUse::look);
  if (!ledger) return report_ledger(ledger.error());
  const auto counts = (*ledger)->counts();
  if (!counts) return report(counts.error());
  const auto waiting = sync::waiting_of(**ledger);
  if (!waiting) return report(waiting.error());
  const auto audit = (*ledger)->audit(flags.audit);
  if (!audit) return report(audit.error());
  const auto last_run = kept_last_run(**ledger);
  if (!last_run) return report(last_run.error());
  show_counts(*counts, flags.json);
  const auto sources = (*ledger)->sources();
  if (!sources) return report(sources.error());
  for (const auto& source : *sources) show_source(source, flags.json);
  if (*last_run) std::cout << (flags.json ? to_json(**last_run) : to_text(**last_run));
  for (const auto& [record, letter] : waiting->letters) show_letter(letter, flags.json);
  for (const auto& [record, conflicts] : waiting->conflicts) {
    if (!flags.json) std::cout << "\nparked  " << record << "\n";
    for (const auto& conflict : conflicts) show_conflict(conflict, session.limits, flags.json);
  }
  show_audit(*audit, flags.json);
  std::cout.flush();
  if (!waiting->conflicts.empty()) return kConflict;
  return waiting->letters.empty() ? kDone : kFindings;
}

int run_sync_retry(const SyncFlags& flags, const Session& session) {
  return resolve_all(flags, session, {false, conflicts_of(flags.resolve)});
}

int run_sync_drop(const SyncFlags& flags, const Session& session) {
  return resolve_all(flags, session, {true});
}

}  // namespace paraneo::cli
