// What a comparison of the server with the ledger (Verify) reads of the ledger, and what it leaves
// there.
#pragma once

#include <string>
#include <vector>

#include "sync/verify.h"

namespace paraneo::sync {

// All rows of a ledger, record by record. What a visit changes in the ledger does not disturb it.
// Holds the names of all records. For one thread; the ledger must outlive it.
class LedgerRows {
 public:
  explicit LedgerRows(store::Ledger& ledger) : ledger_(ledger) {}

  // Before next().
  Result<void> open();
  // Nothing at the end.
  Result<std::optional<store::ResourceRow>> next();

 private:
  store::Ledger& ledger_;
  std::vector<std::string> records_;
  std::vector<store::ResourceRow> rows_;
  std::size_t at_ = 0;
};

// What makes the next run read the resource and decide by its policy for conflicts: the version is
// not known any more, nor is what the record's text was. Nothing when the ledger has no such
// record.
Result<void> let_run_decide(store::Ledger& ledger, store::ResourceRow row, Deviation deviation);

}  // namespace paraneo::sync
