// The slices of a profile by what people call them. Internal to this folder.
#pragma once

#include <string_view>
#include <vector>

#include "definition/profiles.h"

namespace paraneo::validate {

// A slice, and the list that it is one of.
struct FoundSlice {
  const definition::ProfileNode* list = nullptr;
  const definition::ProfileNode* slice = nullptr;
};

// Those that have the name, or the id. Linear in the profile.
std::vector<FoundSlice> find_slices(const definition::Definitions& definitions,
                                    const definition::Profile& profile, std::string_view name);

}  // namespace paraneo::validate
