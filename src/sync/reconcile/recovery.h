// What an earlier run left on its way: claimed, and handed out to be asked about. Nothing is sent
// from here. The only part of a run, beside the run itself, that reads the ledger.
// Not thread-safe: a run calls it from one thread at a time.
#pragma once

#include <deque>
#include <memory>
#include <string>

#include "store/ledger.h"
#include "sync/reconcile/group.h"

namespace paraneo::sync {

class Recovery {
 public:
  explicit Recovery(store::Ledger& ledger) : ledger_(ledger) {}

  // What another worker has on its way is not ours to settle, as long as it lives.
  Result<void> find();
  bool empty() const { return records_.empty(); }
  // Records of so many resources, or one more; each resource as it was intended. Not when empty().
  Result<std::unique_ptr<Group>> next(std::size_t entries_max);

 private:
  store::Ledger& ledger_;
  std::deque<std::string> records_;
};

}  // namespace paraneo::sync
