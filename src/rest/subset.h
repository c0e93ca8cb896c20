// What a server gave by _elements or _summary: a part of a resource.
#pragma once

#include "json/value.h"

namespace paraneo::rest {

// Whether meta.tag says that the resource is not whole (SUBSETTED). Written back it would take away
// what it leaves out.
bool is_subset(const json::Value& resource);

}  // namespace paraneo::rest
