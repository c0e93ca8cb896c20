// The ledger in one SQLite file. Every apply() is on the disk when it returns (WAL, synchronous =
// FULL): neither a kill nor a power cut loses or halves it.
#pragma once

#include <memory>

#include "store/ledger.h"

namespace paraneo::store {

// How the tables look; older files are brought up to it when they are opened.
inline constexpr std::int64_t kLedgerSchema = 1;

enum class LedgerUse {
  work,  // alone: a second process that wants to work on the same ledger is refused
  look,  // beside one that works
};

// `path`: a file, or ":memory:". Refuses a file of another program, and one that a newer paraneo made.
Result<std::unique_ptr<Ledger>> open_sqlite_ledger(const std::string& path, LedgerUse use);

}  // namespace paraneo::store
