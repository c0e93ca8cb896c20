// Private to sync*.cpp: what plan and run share.
#pragma once

#include "cli/server/connection.h"
#include "cli/sync/flags.h"
#include "store/open_ledger.h"
#include "sync/kept_ledger.h"
#include "sync/survey.h"
#include "sync/verify.h"

namespace paraneo::cli {

// What the server can take: as the user says, or as `paraneo probe` found, or as most servers do.
struct ServerCapabilities {
  std::size_t transaction_entries = 200;
  bool if_match = true;
  bool only_new = false;  // If-None-Match: * is kept, too
};

// What a sync verb works with, opened and checked. The parts refer to one another: it is not moved
// once a run has begun.
struct SyncJob {
  sync::KeptLedger ledger;
  std::unique_ptr<sync::RecordSource> source = {};  // null: a topic
  sync::IntakeOptions intake = {};
  sync::OnConflict conflict = sync::OnConflict::park;
  std::unique_ptr<TerminologyServer> terminology = {};  // null: nobody is asked
  sync::Make make = {};                                 // may ask it
  ServerCapabilities capabilities = {};
};

// A server that sync cannot work with, as probe found, is an error.
Result<ServerCapabilities> capabilities_of(const SyncFlags& flags, const std::string& base);

// verify.cpp: compares the server with the ledger; `repairs`: the next run shall decide about
// what differs.
Result<sync::VerifyReport> verify_ledger(const SyncFlags& flags, const Session& session,
                                         store::Ledger& ledger, Connected& connected, bool repairs);

// How much may go or change at once.
sync::Guards guards_of(const SyncFlags& flags);

// topic.cpp
int run_sync_topic(const SyncFlags& flags, const Session& session, SyncJob& job,
                   Connected& connected);
// topic_plan.cpp
Result<sync::IntakeCounts> plan_sync_topic(
    const SyncFlags& flags, const Session& session, SyncJob& job,
    const std::function<void(const sync::RecordUpdate&)>& visit);

// Opens the ledger and the source, and loads what a run knows. Says why not, before anything is
// sent.
Result<std::unique_ptr<SyncJob>> open_sync_job(const SyncFlags& flags, const Session& session,
                                               store::LedgerUse use);

}  // namespace paraneo::cli
