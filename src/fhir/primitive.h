// The written forms of the primitive types (FHIR R4 2.24.0.1).
#pragma once

#include <string_view>

#include "fhir/definitions.h"
#include "json/known.h"

namespace paraneo::fhir {

// Whether the text is a value of the primitive type. An empty text never is.
bool has_form(PrimitiveForm form, std::string_view text);
inline bool has_primitive_form(const Definitions& definitions, TypeId type, std::string_view text) {
  return has_form(definitions.type(type).primitive, text);
}
// Whether what is known of the text is enough to say that it has the form: so it is nearly always.
inline bool surely_has_form(PrimitiveForm form, std::string_view text, json::Known known) {
  switch (form) {
    case PrimitiveForm::text: return known >= json::Known::word || (known == json::Known::plain && !text.empty() && text.front() != ' ');
    case PrimitiveForm::code: case PrimitiveForm::uri: return known >= json::Known::word;
    case PrimitiveForm::id: return known == json::Known::uuid;
    default: return false;
  }
}

}  // namespace paraneo::fhir
