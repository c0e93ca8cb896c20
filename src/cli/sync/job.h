// Private to sync*.cpp: what plan and run share.
#pragma once

#include "cli/server/connection.h"
#include "cli/sync/flags.h"
#include "store/open_ledger.h"
#include "sync/verify.h"

namespace paraneo::cli {

// What the server can take: as the user says, or as `paraneo probe` found, or as most servers do.
struct ServerWays {
  std::size_t transaction_entries = 200;
  bool if_match = true;
  bool only_new = false;  // If-None-Match: * is kept, too
};

struct SyncJob {
  std::unique_ptr<store::Ledger> ledger;
  std::unique_ptr<sync::RecordSource> source;  // null: a topic
  sync::IntakeOptions intake;
  sync::OnConflict conflict = sync::OnConflict::park;
  sync::Make make;
  ServerWays ways;

  // Over the source from its beginning, after the reading `before` if there was one, which must
  // outlive the pass; one that sends claims what it gives out.
  Result<sync::Intake> pass(bool sends, const sync::Reading* before = nullptr);
  // Whether the ledger tells of this server; a new one is taken for it.
  Result<void> belongs_to(const std::string& base, bool take);
  // A session with PostgreSQL that is lost stays lost: the next look at the source gets a new one.
  Result<void> keep_ledger(const SyncFlags& flags, const std::string& base);
};

Result<ServerWays> ways_of(const SyncFlags& flags, const std::string& base);

// sync_run.cpp: sends what the feed gives, `works` of them as far as is known, and adds to `done`.
int send_works(const SyncFlags& flags, const Session& session, SyncJob& job, Connected& connected,
               const sync::Run::Feed& feed, std::uint64_t works, sync::RunReport& done);

// sync_verify.cpp: compares the server with the ledger; `repairs`: the next run shall decide about
// what differs.
Result<sync::VerifyReport> verify_ledger(const SyncFlags& flags, const Session& session,
                                         store::Ledger& ledger, Connected& connected, bool repairs);

// Why a run after this survey would send nothing.
std::optional<Error> guarded(const sync::Survey& survey, const SyncFlags& flags);

// The cursor that holds the base URL of the ledger's server.
inline constexpr const char* kServerCursor = "server";

// Between two looks at what other workers have in hand.
inline constexpr double kOthersWorkSeconds = 0.2;
void wait_unless_stopped(double seconds);
// The last words of a run, and its exit code.
int sum_up(const SyncJob& job, const sync::RunReport& done, const sync::IntakeCounts& counts,
           int code);
// For `sync status`, and as metrics where they are asked for.
void keep_results(const SyncFlags& flags, const SyncJob& job, const sync::RunReport& done,
                  const sync::IntakeCounts& counts, double seconds, int code);

// sync_topic.cpp
int run_sync_topic(const SyncFlags& flags, const Session& session, SyncJob& job,
                   Connected& connected);
// sync_topic_plan.cpp
Result<sync::IntakeCounts> plan_sync_topic(const SyncFlags& flags, const Session& session,
                                           SyncJob& job,
                                           const std::function<void(const sync::Work&)>& visit);

Result<std::unique_ptr<SyncJob>> open_sync_job(const SyncFlags& flags, const Session& session,
                                               store::LedgerUse use);

}  // namespace paraneo::cli
