// Fixed values and patterns (ElementDefinition.fixed[x], pattern[x]; FHIR R4 9.4.0). Internal to
// this folder.
#pragma once

#include "json/value.h"
#include "validate/visit.h"

namespace paraneo::validate {

// Whether the element is what the JSON of the profile says: exactly (fixed), or with at least what
// it says (pattern).
bool is_fixed(const definition::Definitions& definitions, const element::Element& at,
              const json::Value& value);
bool has_pattern(const definition::Definitions& definitions, const element::Element& at,
                 const json::Value& pattern);

}  // namespace paraneo::validate
