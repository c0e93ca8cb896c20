// Private to sync*.cpp: what plan and run share.
#pragma once

#include "cli/sync_flags.h"
#include "store/sqlite_ledger.h"

namespace paraneo::cli {

struct SyncJob {
  std::unique_ptr<store::Ledger> ledger;
  std::unique_ptr<sync::RecordSource> source;
  sync::IntakeOptions intake;
  sync::OnConflict conflict = sync::OnConflict::park;
  sync::Make make;

  // Over the source from its beginning.
  Result<sync::Intake> pass();
  // Whether the ledger tells of this server; a new one is taken for it.
  Result<void> belongs_to(const std::string& base, bool take);
};

// What the server can take: as the user says, or as `paraneo probe` found, or as most servers do.
struct ServerWays {
  std::size_t transaction_entries = 200;
  bool if_match = true;
};
Result<ServerWays> ways_of(const SyncFlags& flags, const std::string& base);

Result<std::unique_ptr<SyncJob>> open_sync_job(const SyncFlags& flags, const Session& session, store::LedgerUse use);

}  // namespace paraneo::cli
