// Extensions are held to their definitions (FHIR R4 2.5.0, 5.1.0.8): a profile, and where it may
// stand. Internal to this folder.
#pragma once

#include "definition/profiles.h"
#include "validate/visit.h"

namespace paraneo::validate {

// The definition of the extension, which it is to be held to; null where there is none. Reports
// what is unknown, and what may not stand where it does.
const definition::Profile* check_extension_place(const element::Element& at,
                                                 definition::BuiltProfiles& built, Visit& visit);

}  // namespace paraneo::validate
