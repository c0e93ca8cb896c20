// The tree of a profile from its StructureDefinition: by its snapshot; where it has none, by its
// differential on top of its base's tree ("Generating snapshots", FHIR R4 5.1.0.14).
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/limits.h"
#include "base/source.h"
#include "definition/profile.h"

namespace paraneo::definition {

struct BuiltProfile {
  std::shared_ptr<const Profile> profile;  // null: it cannot be used
  std::string why;                         // not
};

// `base_of`: a profile by its URL; null when there is none. It is asked only where there is no
// snapshot and the base is no type.
BuiltProfile build_profile(
    const Definitions& definitions, const Source& text, const Limits& limits,
    const std::function<std::shared_ptr<const Profile>(std::string_view url)>& base_of);

}  // namespace paraneo::definition
