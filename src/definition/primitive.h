// The written forms of the primitive types (FHIR R4 2.24.0.1).
#pragma once

#include <string_view>

#include "definition/definitions.h"
#include "json/known.h"

namespace paraneo::definition {

// Whether the text is a value of the primitive type. An empty text never is.
bool has_form(PrimitiveForm form, std::string_view text);
inline bool has_primitive_form(const Definitions& definitions, TypeId type, std::string_view text) {
  return has_form(definitions.type(type).primitive, text);
}
// What must be known of a text that does not begin with a space, to say that it has the form; a UUID is an id.
constexpr json::Known enough_for(PrimitiveForm form) {
  switch (form) {
    case PrimitiveForm::text: return json::Known::plain;
    case PrimitiveForm::code: case PrimitiveForm::uri: return json::Known::word;
    case PrimitiveForm::id: return json::Known::uuid;
    default: return json::Known::never;
  }
}

}  // namespace paraneo::definition
