// What the ledger keeps about the last run, for `sync status`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "store/ledger.h"

namespace paraneo::cli {

struct LastRun {
  std::int64_t ended_ms = 0;
  std::int64_t took_ms = 0;
  std::int64_t exit_code = 0;
  std::int64_t records_sent = 0;
  std::int64_t records_untouched = 0;
  std::int64_t resources_written = 0;
  std::int64_t requests = 0;
  std::int64_t requests_failed = 0;
  // Of all runs with this ledger, for counters.
  std::int64_t runs_total = 0;
  std::int64_t runs_failed_total = 0;  // that ended with another code than 0
  std::int64_t created_total = 0;
  std::int64_t updated_total = 0;
  std::int64_t retracted_total = 0;
  std::int64_t requests_total = 0;
  std::int64_t requests_failed_total = 0;
};

// Replaces that of the run before.
Result<void> keep_last_run(store::Ledger& ledger, const LastRun& run);
// Nothing when there was none.
Result<std::optional<LastRun>> kept_last_run(store::Ledger& ledger);
// A line for people, or a JSON object.
std::string to_text(const LastRun& run);
std::string to_json(const LastRun& run);

}  // namespace paraneo::cli
