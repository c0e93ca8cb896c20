// The order in which a record that is too large for one transaction is sent: what is referred to
// goes first, and what refers to each other goes together.
#pragma once

#include <vector>

#include "sync/record_update.h"

namespace paraneo::sync {

// Each part refers only to itself, to earlier ones, and to what is not among the operations.
// Operations that have no resource to put keep their order, at the end.
std::vector<std::vector<Operation>> parts_in_order(std::vector<Operation>&& operations);

}  // namespace paraneo::sync
