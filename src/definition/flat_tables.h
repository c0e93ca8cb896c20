// Tables as one block of bytes, for the binary to carry: docs/internals/index.md. Written and read
// by the same build, so byte order is its own; no table has padding, whose bytes would differ from
// one build to the next. Internal to this folder.
#pragma once

#include <string>
#include <string_view>

#include "definition/type_tables.h"

namespace paraneo::definition {

// Linear.
std::string flat(const TypeTables& tables);
// Throws std::logic_error where the bytes are another build's, or are cut off.
TypeTables tables_of(std::string_view bytes);

}  // namespace paraneo::definition
