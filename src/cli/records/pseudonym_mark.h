// A folder of records keeps a mark of the key that its pseudonyms were made with: with another key,
// or none, nothing that comes would be found there, and everything would stand in it twice.
#pragma once

#include <string>

#include "base/result.h"

namespace paraneo::cli {

// `mark`: of the key; empty: there is none. An error when the folder's mark is another one, or when
// the folder has imported records without a mark and a key is given. The folder need not exist.
// Reads records up to the first imported one.
Result<void> check_pseudonym_mark(const std::string& folder, const std::string& mark);
// Call it before the first record is written. Does nothing without a key.
Result<void> keep_pseudonym_mark(const std::string& folder, const std::string& mark);

}  // namespace paraneo::cli
