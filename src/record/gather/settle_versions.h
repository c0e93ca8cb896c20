// Which of several versions of a resource counts, and which of them are two persons.
#pragma once

#include <cstdint>
#include <deque>
#include <set>
#include <string>
#include <vector>

#include "base/limits.h"
#include "diag/diagnostic.h"
#include "record/gather/account.h"
#include "record/gather/pseudonyms.h"

namespace paraneo::record {

// Points into the entries that were settled.
struct SettledVersions {
  std::vector<bool> counts;         // of each entry: not superseded, not deleted, not in doubt
  std::set<std::string> ambiguous;  // references of Patients that are two persons
  std::vector<const ChartEntry*> deletions;  // resources whose newest version is that they were
                                             // deleted
};

// Tells apart by its content what no name tells apart (ChartEntry::digest). Reads the text once
// more.
void set_digest(ChartEntry& entry, const Limits& limits, const Pseudonyms& pseudonyms);

// What does not count is reported with its place, whatever order the entries came in. Entries that
// must be told apart by their content get a digest. `references`: ChartEntry::reference() of each.
// `account`: null where nobody asks. `now_ms`: see version.h.
SettledVersions settle_versions(std::deque<ChartEntry>& entries,
                                const std::deque<EntryLinks>& links,
                                const std::vector<std::string>& references, const Limits& limits,
                                const Pseudonyms& pseudonyms, Account* account, std::int64_t now_ms,
                                diag::Sink& sink);

}  // namespace paraneo::record
