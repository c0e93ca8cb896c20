// The order in which a record that is too large for one transaction is sent: what is referred to
// goes first, and what refers to each other goes together.
#pragma once

#include <vector>

#include "sync/work.h"

namespace paraneo::sync {

// Each part refers only to itself, to earlier ones, and to what is not among the wants. Wants that
// have no resource to put keep their order, at the end.
std::vector<std::vector<Want>> parts_in_order(std::vector<Want>&& wants);

}  // namespace paraneo::sync
