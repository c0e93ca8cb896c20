// Private to sync*.cpp: what the user asks for.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/server/connection.h"
#include "cli/server/validation_flags.h"
#include "cli/verb.h"
#include "kafka/consumer.h"
#include "store/ledger.h"
#include "sync/intake.h"
#include "sync/run.h"

namespace paraneo::cli {

struct SyncFlags {
  ConnectionFlags connection;
  std::string ledger = "paraneo-ledger.sqlite";
  std::vector<std::string> source;  // files, folders or -
  std::string database;             // SQLite or PostgreSQL; with query
  std::string query;
  kafka::Options kafka{{}, {}, "paraneo", {}};
  std::string source_name;  // in the ledger
  std::string name_space;   // of the records, as record::parse_namespace() gives it
  bool change_namespace = false;
  ValidationFlags validation;  // of what is sent
  std::string on_vanish = "entered-in-error";
  std::string on_conflict = "park";
  double shrink_max_percent = 20;
  double change_max_percent = 50;
  bool if_match = false;  // neither: as probe found, or true
  bool no_if_match = false;
  std::optional<std::size_t> transaction_entries;  // nothing: as probe found, or 200
  std::string metrics;
  double audit_keep_days = 0;  // 0: for ever
  bool json = false;
  bool show_ids = false;
  bool once = false;
  double watch_s = 0;  // 0: once
  // retry and drop
  std::vector<std::string> ids;
  bool all = false;
  std::string kind;      // "dead", "parked"; empty: both
  std::string matching;  // in the outcome
  std::string resolve;   // "ours", "theirs"
  // rename-source
  std::string rename_from;
  std::string rename_to;
  // rebase
  std::string rebase_to;
  // verify, and run --verify
  bool repairs = false;
  bool verifies_only = true;  // false: before a run
  bool verify_first = false;
  // status
  std::size_t audit = 10;  // writes to show
};

// sync_run.cpp
int run_sync_plan(const SyncFlags& flags, const Session& session);
int run_sync_run(const SyncFlags& flags, const Session& session);
// sync_status.cpp
int run_sync_status(const SyncFlags& flags, const Session& session);
int run_sync_retry(const SyncFlags& flags, const Session& session);
int run_sync_drop(const SyncFlags& flags, const Session& session);
// sync_rename.cpp
int run_sync_rename(const SyncFlags& flags, const Session& session);
int run_sync_rebase(const SyncFlags& flags, const Session& session);
// sync_verify.cpp
int run_sync_verify(const SyncFlags& flags, const Session& session);
// sync_status.cpp: what is parked, settled in one way for all.
Result<void> settle_parked(store::Ledger& ledger, bool ours, const Limits& limits);

// sync_run.cpp: as report(), but a ledger that another process has to itself is for later.
int report_ledger(const Error& error);

// sync_source.cpp
Result<std::unique_ptr<sync::RecordSource>> open_sync_source(const SyncFlags& flags,
                                                             const Session& session);
std::string sync_source_name(const SyncFlags& flags);
// As ledgers before version 0.2 call it: the paths as they were typed.
std::string typed_source_name(const SyncFlags& flags);
// The same path from whatever folder it is named, links as they are.
std::string source_path(const std::string& path);

// What stands for a record in logs: its name can be a patient's number.
std::string shown_name(const std::string& record, bool show_ids);

}  // namespace paraneo::cli
