// What the codes of a code system look like, of those whose form is written down: LOINC's and
// SNOMED CT's check digits, UCUM's grammar, the tags of languages and media types. All functions
// are pure and cost time in proportion to the code.
#pragma once

#include <string_view>

namespace paraneo::terminology {

inline constexpr std::string_view kLoinc = "http://loinc.org";
inline constexpr std::string_view kSnomedCt = "http://snomed.info/sct";
inline constexpr std::string_view kIcd10 = "http://hl7.org/fhir/sid/icd-10";
inline constexpr std::string_view kIcd10Cm = "http://hl7.org/fhir/sid/icd-10-cm";
inline constexpr std::string_view kIcdO3 = "http://terminology.hl7.org/CodeSystem/icd-o-3";
inline constexpr std::string_view kAtc = "http://www.whocc.no/atc";
inline constexpr std::string_view kRxNorm = "http://www.nlm.nih.gov/research/umls/rxnorm";

// What a code's form says of it.
enum class CodeForm {
  unknown,  // nothing is known of the system's codes
  right,
  wrong_shape,
  wrong_digit,  // of the right shape, but its check digit is another one
  wrong_part,   // of SNOMED CT: the id of a description or a relationship, not of a concept
};

// Of one code as people list them: neither an expression nor a range.
CodeForm form_of(std::string_view system_uri, std::string_view code);

// Whether the system cannot have the code, whatever else it has: also expressions, ranges and parts
// were thought of. False where that is not sure.
bool is_impossible(std::string_view system_uri, std::string_view code);

}  // namespace paraneo::terminology
