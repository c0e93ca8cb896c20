// The rules that FHIR has for narrative (FHIR R4 2.4.0, txt-1 and txt-2): balanced XHTML in a div
// with some content, and only elements and attributes that can do no harm.
#pragma once

#include <string>
#include <string_view>

namespace paraneo::fhirpath {

// What is wrong, in words without values of the text; empty: nothing.
std::string xhtml_fault(std::string_view text);

}  // namespace paraneo::fhirpath
