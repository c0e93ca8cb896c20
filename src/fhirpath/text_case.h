// Upper and lower case, and what `~` passes over, of any script: by the rules of Unicode that
// belong to no locale (FHIRPath 2.0 5.6.6, 5.6.7, 6.1.2). Internal to this folder.
#pragma once

#include <string>
#include <string_view>

namespace paraneo::fhirpath {

// Of UTF-8; what is not valid becomes U+FFFD. Linear.
std::string upper(std::string_view text);
std::string lower(std::string_view text);
// Two texts are equivalent when this is one and the same: without case, each white space as good as
// any other.
std::string folded(std::string_view text);

}  // namespace paraneo::fhirpath
