// The ledger in the schema "paraneo" of a PostgreSQL database, for any number of workers. An
// apply() is durable when it returns (synchronous_commit is never off).
//
// How two workers keep out of each other's way:
//   - A worker has a number that is never given again, and holds one advisory lock on it as long as
//     its session lives. PostgreSQL lets go of it when the worker ends, however it ends.
//   - A claim is a row (name, worker). It is taken when there is no such row, or when the lock of
//   the
//     worker in it is free: that one is dead, and its claims fall to whoever asks first, at once
//     and without a clock. ON CONFLICT locks the row, so of two that ask one gets it.
//   - A claim ends in the same transaction that makes the outcome durable: who claims next reads
//   it.
//   - A session that was lost is never opened again: the worker's next apply() fails, and it ends.
//
// One lock for each worker and not for each record: locks lie in a table of fixed size in memory.
// The claims are in an UNLOGGED table: a crash of PostgreSQL empties it, and ends every session
// with it.
#pragma once

#include "store/open_ledger.h"

namespace paraneo::store {

// The schema is made, or brought up to date, unless it is only looked at.
Result<std::unique_ptr<Ledger>> open_postgres_ledger(const std::string& url, LedgerUse use);
Result<bool> postgres_ledger_exists(const std::string& url);

}  // namespace paraneo::store
