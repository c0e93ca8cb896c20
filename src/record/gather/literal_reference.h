// What a literal reference says (FHIR R4 2.3.0.1): "http://server/fhir/Patient/1/_history/2".
#pragma once

#include <string>
#include <string_view>

namespace paraneo::record {

// A conditional reference to a Patient: what follows is "SYSTEM|VALUE" (FHIR R4 3.1.0.11).
inline constexpr std::string_view kPatientByIdentifier = "Patient?identifier=";

struct LiteralParts {
  std::string_view base;  // with "/" at the end; empty for a relative reference
  std::string_view type;  // empty: it is not of that form
  std::string_view id;
};

// Views into the reference; a version is passed over.
LiteralParts literal_parts(std::string_view reference);
std::string_view without_history(std::string_view reference);
bool is_web_address(std::string_view text);
std::string name_of(std::string_view type, std::string_view id);  // "Patient/1"

}  // namespace paraneo::record
