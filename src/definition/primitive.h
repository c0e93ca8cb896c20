// The written forms of the primitive types (FHIR R4 2.24.0.1).
#pragma once

#include <string_view>

#include "definition/definitions.h"

namespace paraneo::definition {

// Whether the text is a value of the primitive type. An empty text never is.
bool has_form(PrimitiveForm form, std::string_view text);
inline bool has_primitive_form(const Definitions& definitions, TypeId type, std::string_view text) {
  return has_form(definitions.type(type).primitive, text);
}

}  // namespace paraneo::definition
