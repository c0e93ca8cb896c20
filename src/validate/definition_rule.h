// A profile that is validated itself: it keeps what the profile that it stands on fixes and counts
// (FHIR R4 5.1.0: profiles cannot break the rules established in the base). Internal to this
// folder.
#pragma once

#include "definition/profiles.h"
#include "validate/visit.h"

namespace paraneo::validate {

// Says nothing of what is no StructureDefinition, or stands on what is not here.
void check_definition(const element::Element& at, const definition::Profiles& profiles,
                      definition::BuiltProfiles& built, Visit& visit);

}  // namespace paraneo::validate
