// paraneo sync rename-source: what the ledger calls a source that has moved.
#include <algorithm>
#include <filesystem>

#include "cli/sync/flags.h"
#include "cli/sync/job.h"
#include "cli/terminal/log.h"
#include "diag/counted.h"
#include "rest/url.h"
#include "store/open_ledger.h"
#include "sync/kept_ledger.h"

namespace paraneo::cli {
namespace {

std::string names_of(const std::vector<store::SourceRow>& sources) {
  std::string names;
  for (const auto& source : sources) names += (names.empty() ? "" : ", ") + source.name;
  return names.empty() ? "none" : names;
}

}  // namespace

int run_sync_rename(const SyncFlags& flags, const Session&) {
  const auto there = store::ledger_exists(flags.ledger);
  if (!there) return report(there.error());
  if (!*there)
    return report(fail(ErrorCode::ledger_missing, "there is no ledger", flags.ledger,
                       "name it with --ledger"));
  auto ledger = store::open_ledger(flags.ledger, store::LedgerUse::update);
  if (!ledger) return report_ledger(ledger.error());
  const auto sources = (*ledger)->sources();
  if (!sources) return report(sources.error());
  const auto is_known = [&](const std::string& name) {
    return std::any_of(sources->begin(), sources->end(),
                       [&](const auto& each) { return each.name == name; });
  };
  const auto from =
      is_known(flags.rename_from) ? flags.rename_from : source_path(flags.rename_from);
  if (!is_known(from))
    return report(fail(ErrorCode::option_value, "the ledger knows no source " + flags.rename_from,
                       flags.ledger, "its sources: " + names_of(*sources)));
  std::error_code error;
  const auto to = std::filesystem::exists(flags.rename_to, error) ? source_path(flags.rename_to)
                                                                  : flags.rename_to;
  if (auto done = (*ledger)->apply({store::RenameSource{from, to}}); !done)
    return report(done.error());
  note("the ledger's source " + from + " is called " + to + " from now on");
  return kDone;
}

// The server has another name, or its data stand on another one, with their ids and versions.
int run_sync_rebase(const SyncFlags& flags, const Session&) {
  const auto base = rest::server_base(flags.rebase_to);
  if (!base) return report(base.error());
  const auto there = store::ledger_exists(flags.ledger);
  if (!there) return report(there.error());
  if (!*there)
    return report(fail(ErrorCode::ledger_missing, "there is no ledger",
                       store::shown_database(flags.ledger), "name it with --ledger"));
  auto ledger = store::open_ledger(flags.ledger, store::LedgerUse::update);
  if (!ledger) return report_ledger(ledger.error());
  const auto before = (*ledger)->cursor(sync::kServerCursor);
  if (!before) return report(before.error());
  if (auto done = (*ledger)->apply({store::Cursor{sync::kServerCursor, *base}}); !done)
    return report(done.error());
  note("the ledger's server is " + *base + " from now on" +
       (before->empty() ? "" : ", and was " + *before) +
       "; 'sync verify' compares it with the ledger");
  return kDone;
}

}  // namespace paraneo::cli
