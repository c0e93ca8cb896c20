// Pieces of an XML text.
#pragma once

#include <string>
#include <string_view>

namespace paraneo::xml {

// The value of an attribute, without its quotes: what a parser would change is written as a
// reference.
void append_attribute_value(std::string& to, std::string_view text);
// Offset of the first character that XML 1.0 cannot have in any way, or npos.
std::size_t first_unwritable(std::string_view text);

}  // namespace paraneo::xml
