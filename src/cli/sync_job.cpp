#include "cli/sync_job.h"

#include "diag/render.h"
#include "sync/record_export.h"

namespace paraneo::cli {

Result<sync::Intake> SyncJob::pass(bool sends) {
  if (auto ready = source->rewind(); !ready) return ready.error();
  intake.claims = sends;
  return sync::Intake(intake, *ledger, *source, make);
}

Result<void> SyncJob::belongs_to(const std::string& base, bool take) {
  const std::string kServer = "server";
  const auto owner = ledger->cursor(kServer);
  if (!owner) return owner.error();
  if (owner->empty()) return take ? ledger->apply({store::Cursor{kServer, base}}) : Result<void>();
  if (*owner == base) return {};
  return fail(Fault::usage, "this ledger belongs to another server", *owner,
              "a ledger knows what one server holds: name another file as --ledger");
}

Result<std::unique_ptr<SyncJob>> open_sync_job(const SyncFlags& flags, const Session& session, store::LedgerUse use) {
  auto job = std::make_unique<SyncJob>();
  auto source = open_sync_source(flags, session);
  if (!source) return source.error();
  job->source = std::move(*source);
  diag::Sink sink;
  auto mappings = adapter::Mappings::builtin(sink);
  if (mappings == nullptr) return fail(Fault::internal, "the built-in maps do not compile:\n" + render(sink, {}));
  job->make = sync::record_maker(std::move(mappings), session.limits);
  // Looking makes no file.
  Result<bool> there = true;
  if (use == store::LedgerUse::look) there = store::ledger_exists(flags.ledger);
  if (!there) return there.error();
  auto ledger = store::open_ledger(*there ? flags.ledger : ":memory:", use);
  if (!ledger) return ledger.error();
  job->ledger = std::move(*ledger);
  job->intake.source = sync_source_name(flags);
  job->intake.fingerprint = sync::maker_fingerprint();
  job->intake.retraction = flags.on_vanish == "delete" ? sync::Retraction::remove
                           : flags.on_vanish == "keep" ? sync::Retraction::keep : sync::Retraction::entered_in_error;
  job->conflict = flags.on_conflict == "ours"     ? sync::OnConflict::ours
                  : flags.on_conflict == "theirs" ? sync::OnConflict::theirs : sync::OnConflict::park;
  return job;
}

}  // namespace paraneo::cli
