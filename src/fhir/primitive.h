// The written forms of the primitive types (FHIR R4 2.24.0.1).
#pragma once

#include <string_view>

#include "fhir/definitions.h"

namespace paraneo::fhir {

// Whether the text is a value of the primitive type. An empty text never is.
bool has_primitive_form(const Definitions& definitions, TypeId type, std::string_view text);
// The same for a text without control characters.
bool has_plain_primitive_form(const Definitions& definitions, TypeId type, std::string_view text);

}  // namespace paraneo::fhir
