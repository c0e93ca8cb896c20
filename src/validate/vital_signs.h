// "When a FHIR implementation supports any of the vital signs [...], the implementation SHALL
// conform to this profile for the vital sign observation" (FHIR R4, Vital Signs Profile): an
// Observation with the code that a profile of R4's fixes is held to it, though it does not say so.
// Internal to this folder.
#pragma once

#include <map>
#include <string_view>
#include <utility>

#include "definition/profiles.h"
#include "validate/visit.h"

namespace paraneo::validate {

// Not thread-safe; looks the profiles up once, when the first code is asked for.
class VitalSigns {
 public:
  VitalSigns(const definition::Profiles& profiles, definition::BuiltProfiles& built)
      : profiles_(profiles), built_(built) {}

  // The profile for a coding; null where it is no vital sign's.
  const definition::Profile* find(const element::Element& coding, const Names& names);

 private:
  void read(const Names& names);

  const definition::Profiles& profiles_;
  definition::BuiltProfiles& built_;
  std::map<std::pair<std::string_view, std::string_view>, const definition::Profile*>
      by_code_;  // by system and code, of the profiles
  bool is_read_ = false;
};

}  // namespace paraneo::validate
