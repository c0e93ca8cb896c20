// Keys of facts that were imported.
#pragma once

#include <string>
#include <string_view>

namespace paraneo::record {

// Letters, digits, '-' and '.', 64 at most.
bool is_usable_key(std::string_view key);

// Of a fact in a record of several sources, which may have the same ids: "SOURCE.KEY", or a hash of
// it. `key` is the one that the fact has in a record of its source alone.
std::string key_among_sources(std::string_view source, const std::string& key);

}  // namespace paraneo::record
