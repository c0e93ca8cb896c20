// The ledger in one SQLite file. Every apply() is on the disk when it returns (WAL, synchronous =
// FULL): neither a kill nor a power cut loses or halves it.
#pragma once

#include <memory>

#include "store/open_ledger.h"

namespace paraneo::store {

// `path`: a file, or ":memory:". Refuses a file of another program, and one that a newer paraneo
// made.
Result<std::unique_ptr<Ledger>> open_sqlite_ledger(const std::string& path, LedgerUse use);

}  // namespace paraneo::store
