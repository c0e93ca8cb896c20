// What a run did, for Prometheus' textfile collector.
#pragma once

#include "cli/sync/last_run.h"
#include "store/ledger.h"
#include "sync/intake.h"
#include "sync/run.h"

namespace paraneo::cli {

// The file appears whole or not at all. No name of a record or a patient is in it.
Result<void> write_sync_metrics(const std::string& path, const sync::RunReport& done,
                                const sync::IntakeCounts& source, const store::Counts& ledger,
                                const LastRun& run);
// Of a run that failed before it began.
Result<void> write_failed_metrics(const std::string& path, int exit_code, std::int64_t now_ms);

}  // namespace paraneo::cli
