// What a literal reference says (FHIR R4 2.3.0.1): "http://server/fhir/Patient/1/_history/2".
#pragma once

#include <string>
#include <string_view>

namespace paraneo::record {

struct LiteralParts {
  std::string_view base;  // with "/" at the end; empty for a relative reference
  std::string_view type;  // empty: it is not of that form
  std::string_view id;
};

// Views into the reference; a version is passed over.
LiteralParts literal_parts(std::string_view reference);
std::string_view without_history(std::string_view reference);
// "SYSTEM|VALUE" of a conditional reference to a Patient by its identifier alone, without percent
// escapes: "Patient?identifier=http%3A//h/mrn|4711" (FHIR R4 3.1.0.11); empty for any other.
std::string patient_identifier_in(std::string_view reference);
bool is_web_address(std::string_view text);
std::string name_of(std::string_view type, std::string_view id);  // "Patient/1"

}  // namespace paraneo::record
