// UTF-8 as FHIR strings need it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace paraneo::utf8 {

// Offset of the first byte that is not part of valid UTF-8, or npos.
std::size_t first_invalid(std::string_view text);
// Bytes of the first code point of a text that is not empty; 0 when it is not valid.
std::size_t first_length(std::string_view text);
// Number of code points; each invalid byte counts as one.
std::size_t length(std::string_view text);
void append(std::string& to, char32_t code_point);

}  // namespace paraneo::utf8
