// Private to sync*.cpp: what people and programs are told of a run.
#pragma once

#include "cli/sync/job.h"
#include "sync/worker.h"

namespace paraneo::cli {

// The records of one run that were refused, parked and retracted, each in a message.
void show_records(const sync::RunReport& run, bool show_ids);

// The last words, and the exit code; `code`: of the round that ended last.
int sum_up(const SyncJob& job, const sync::Worker& worker, int code);

// For `sync status`, and as metrics where they are asked for: of the round that ended last.
void keep_results(const SyncFlags& flags, const SyncJob& job, const sync::Worker& worker,
                  double seconds, int code);

}  // namespace paraneo::cli
