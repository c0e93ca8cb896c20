// What waits for a person: dead letters and conflicts. And how that is resolved, so that the next
// run does what the person decided.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/limits.h"
#include "store/ledger.h"

namespace paraneo::sync {

// What waits for a person, or for another content.
struct Waiting {
  std::map<std::string, store::DeadLetter> letters;               // by record
  std::map<std::string, std::vector<store::Conflict>> conflicts;  // by record
};
Result<Waiting> waiting_of(store::Ledger& ledger);

// What a person decides about what waits.
struct Resolution {
  enum class Conflicts {
    as_they_are,  // the next run looks at the server again
    ours,         // it writes ours over theirs
    theirs,       // it leaves theirs
  };
  bool gives_up = false;  // nothing is done until the source says something else
  Conflicts conflicts = Conflicts::as_they_are;
};

// Each record in one change of the ledger, under a claim. How many are left alone, because a worker
// is at work there. The rows that are read are those of the records alone.
Result<std::size_t> resolve(store::Ledger& ledger, const std::set<std::string>& records,
                            const Waiting& waiting, const Resolution& how, const Limits& limits);

}  // namespace paraneo::sync
