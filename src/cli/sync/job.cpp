#include "cli/sync/job.h"

#include <algorithm>
#include <filesystem>

#include "cli/knowledge/knowledge.h"
#include "cli/server/probe_file.h"
#include "cli/terminal/log.h"
#include "cli/terminal/message.h"
#include "diag/counted.h"
#include "diag/render.h"
#include "record/identity.h"
#include "sync/record_export.h"
#include "sync/record_namespace.h"

namespace paraneo::cli {
namespace {

bool has(const std::vector<store::SourceRow>& sources, const std::string& name) {
  return std::any_of(sources.begin(), sources.end(),
                     [&](const auto& each) { return each.name == name; });
}

// What the ledger calls the source of this run. One that it knows by its path as it was typed gets
// the whole path; others with records, which this run does not read, are named.
Result<std::string> source_in(store::Ledger& ledger, const SyncFlags& flags, store::LedgerUse use) {
  auto name = sync_source_name(flags);
  const auto typed = typed_source_name(flags);
  const auto sources = ledger.sources();
  if (!sources) return sources.error();
  const bool is_old = typed != name && has(*sources, typed) && !has(*sources, name);
  if (is_old && use == store::LedgerUse::update) {
    if (auto done = ledger.apply({store::RenameSource{typed, name}}); !done) return done.error();
    note("the ledger's source " + typed + " is called " + name + " from now on");
  }
  if (is_old && use != store::LedgerUse::update) name = typed;
  for (const auto& other : *sources)
    if (other.name != name && other.records > 0 && !(is_old && other.name == typed))
      note("the ledger has " + diag::counted(other.records, "record") + " of the source " +
           other.name +
           ", which this run does not read; if it has moved: paraneo sync rename-source '" +
           other.name + "' '" + name + "'");
  return name;
}

// Another namespace gives every resource another id: what is on the server would be retracted, and
// written a second time. The ledger notes the namespace, so that its records are looked through
// once.
Result<void> check_namespace(store::Ledger& ledger, const std::string& source,
                             const SyncFlags& flags, store::LedgerUse use) {
  const auto cursor = "namespace " + source;
  const auto shown = [](const std::string& name_space) {
    return name_space.empty() ? std::string(record::kOwnNamespace) : name_space;
  };
  const auto noted = ledger.cursor(cursor);
  if (!noted) return noted.error();
  if (*noted == shown(flags.name_space)) return {};
  const auto others = sync::records_of_other_namespaces(ledger, source, flags.name_space);
  if (!others) return others.error();
  for (const auto& [name_space, records] : *others) {
    const auto what = diag::counted(records, "record") + " of this source " +
                      (records == 1 ? "is" : "are") + " in the ledger under the namespace " +
                      shown(name_space) + ", and this run's is " + shown(flags.name_space) + ": " +
                      (records == 1 ? "it" : "they") +
                      " would be retracted and written anew under other ids";
    const auto advice = "with --namespace " + shown(name_space) +
                        " the ids stay; with --change-namespace the run goes ahead";
    if (use == store::LedgerUse::update && !flags.change_namespace)
      return fail(ErrorCode::state_of_another, what, {}, advice);
    if (use != store::LedgerUse::update) note(what + "; " + advice);
  }
  if (use == store::LedgerUse::update)
    return ledger.apply({store::Cursor{cursor, shown(flags.name_space)}});
  return {};
}

}  // namespace

sync::Guards guards_of(const SyncFlags& flags) {
  return {flags.shrink_max_percent / 100, flags.change_max_percent / 100};
}

Result<ServerCapabilities> capabilities_of(const SyncFlags& flags, const std::string& base) {
  ServerCapabilities capabilities;
  const auto probe = kept_probe(base);
  if (probe) {
    constexpr const char* kProbeAgain =
        "sync cannot work there; if it has changed, run 'paraneo probe' again";
    if (probe->value("transactionEntries") == "0")
      return fail(ErrorCode::server_unfit, "the server takes no transactions, as probe found", base,
                  kProbeAgain);
    if (probe->value("updateAsCreate") == "no")
      return fail(ErrorCode::server_unfit,
                  "the server makes no resource under an id that the client chose, as probe found",
                  base, kProbeAgain);
    if (const auto most = probed_number(base, "transactionEntries"))
      capabilities.transaction_entries = std::min(capabilities.transaction_entries, *most);
    const auto if_match = probe->value("ifMatch");
    capabilities.if_match = if_match != "no" && if_match != "ignored";
  }
  capabilities.transaction_entries =
      flags.transaction_entries.value_or(capabilities.transaction_entries);
  if (flags.if_match || flags.no_if_match) capabilities.if_match = flags.if_match;
  capabilities.only_new = capabilities.if_match && probed_only_new(base);
  if (!probe)
    note("no probe of this server is in " + probe_path(base) +
         " (XDG_STATE_HOME and HOME say where), so the options and defaults count: "
         "transactions of " +
         diag::counted(capabilities.transaction_entries, "resource") + ", " +
         (capabilities.if_match ? "with" : "without") +
         " If-Match; 'paraneo probe' finds out what the server can do");
  else
    note("as probe found " + probe->time + " and the options say: transactions of " +
         diag::counted(capabilities.transaction_entries, "resource") + ", " +
         (capabilities.if_match ? "with" : "without") + " If-Match");
  return capabilities;
}

Result<std::unique_ptr<SyncJob>> open_sync_job(const SyncFlags& flags, const Session& session,
                                               store::LedgerUse use) {
  if (const auto checked = check_validation(flags.validation, "sync"); !checked)
    return checked.error();
  auto source = open_sync_source(flags, session);
  if (!source) return source.error();
  diag::Sink sink;
  auto maps = record_maps(session, sink, flags.validation.validate);
  if (!maps) return maps.error();
  if (*maps == nullptr)
    return fail(ErrorCode::definition_unusable,
                "what --ig names cannot be used:\n" + render(sink, {}));
  log_all(sink);
  // Looking makes no file.
  Result<bool> there = true;
  if (use == store::LedgerUse::look) there = store::ledger_exists(flags.ledger);
  if (!there) return there.error();
  auto ledger = store::open_ledger(*there ? flags.ledger : ":memory:", use);
  if (!ledger) return ledger.error();
  const auto named = source_in(**ledger, flags, use);
  if (!named) return named.error();
  if (auto same = check_namespace(**ledger, *named, flags, use); !same) return same.error();
  auto job = std::make_unique<SyncJob>(SyncJob{sync::KeptLedger(
      std::move(*ledger), [&flags, use] { return store::open_ledger(flags.ledger, use); })});
  job->source = std::move(*source);
  job->intake.source = *named;
  auto terminology = TerminologyServer::open(flags.validation.terminology, session.limits);
  if (!terminology) return terminology.error();
  job->terminology = std::move(*terminology);
  record::ExportOptions options;
  options.validate = flags.validation.validate;
  options.codes = codes_of(job->terminology);
  job->intake.fingerprint =
      sync::maker_fingerprint((*maps)->knowledge(), flags.name_space, options.validate);
  job->make = sync::record_maker(std::move(*maps), session.limits, flags.name_space, options);
  job->intake.retraction = flags.on_vanish == "delete" ? sync::Retraction::remove
                           : flags.on_vanish == "keep" ? sync::Retraction::keep
                                                       : sync::Retraction::entered_in_error;
  job->conflict = flags.on_conflict == "ours"     ? sync::OnConflict::ours
                  : flags.on_conflict == "theirs" ? sync::OnConflict::theirs
                                                  : sync::OnConflict::park;
  return job;
}

}  // namespace paraneo::cli
