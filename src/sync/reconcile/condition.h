// What a conditional entry (PUT Type?criteria, POST with ifNoneExist) finds on the server.
// Works on nothing but its arguments.
#pragma once

#include <string>

#include "base/limits.h"
#include "sync/reconcile/group.h"

namespace paraneo::sync {

// The task was read: its `current` is a search's Bundle. Afterwards it is to be written as it is
// (nothing was found); or has the id, the copy and the version of what was found, and those of its
// unit that refer to it follow. An error: the condition finds several, or what the server says
// cannot be used.
Result<void> resolve_condition(Unit& unit, Task& task, const std::string& base,
                               const Limits& limits);

}  // namespace paraneo::sync
