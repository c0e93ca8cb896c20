#include "cli/sync_job.h"

#include "diag/render.h"
#include "sync/record_export.h"

namespace paraneo::cli {

Result<sync::Intake> SyncJob::pass() {
  if (auto ready = source->rewind(); !ready) return ready.error();
  return sync::Intake(intake, *ledger, *source, make);
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
  auto ledger = store::open_sqlite_ledger(flags.ledger, use);
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
