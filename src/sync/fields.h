// Two versions of a resource, field by field.
#pragma once

#include <string>
#include <vector>

#include "base/limits.h"

namespace paraneo::sync {

struct FieldChange {
  std::string path;    // "valueQuantity.value", "coding[0].code"
  std::string before;  // JSON; empty: not there
  std::string after;
};

// Without what a server adds by itself. An empty text is a resource that is not there.
std::vector<FieldChange> field_changes(const std::string& before, const std::string& after,
                                       const Limits& limits);

}  // namespace paraneo::sync
