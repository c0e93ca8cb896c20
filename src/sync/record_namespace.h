// Records that the ledger knows under another namespace than the run's: their resources have other
// ids.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/result.h"
#include "store/ledger.h"

namespace paraneo::sync {

// How many records of the source, gone ones left aside, by their namespace (empty: ours), without
// those of `name_space`. Reads all records of the source once.
Result<std::map<std::string, std::uint64_t>> records_of_other_namespaces(
    store::Ledger& ledger, const std::string& source, const std::string& name_space);

}  // namespace paraneo::sync
