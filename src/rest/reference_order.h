// The order in which what is too large for one transaction is sent: what is referred to goes first,
// and what refers to each other goes together.
#pragma once

#include <cstddef>
#include <vector>

#include "rest/push_item.h"

namespace paraneo::rest {

// Positions in `entries`. Each part refers only to itself, to earlier ones, and to what is not
// among the entries; an entry whose id the server will give, and those that refer to it, are in one
// part.
std::vector<std::vector<std::size_t>> reference_order(const std::vector<const PushEntry*>& entries);

}  // namespace paraneo::rest
