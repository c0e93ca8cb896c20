// An OperationDefinition that is validated itself: the profiles of Parameters that it names for
// what goes in and what comes out say of each parameter what it says itself, or less (FHIR R4
// OperationDefinition.inputProfile: "The profile shall not conflict with what is specified in the
// parameters"). Internal to this folder.
#pragma once

#include "definition/profiles.h"
#include "validate/visit.h"

namespace paraneo::validate {

// Says nothing of what is no OperationDefinition, or of profiles that are not here.
void check_operation_profiles(const element::Element& at, definition::BuiltProfiles& built,
                              Visit& visit);

}  // namespace paraneo::validate
