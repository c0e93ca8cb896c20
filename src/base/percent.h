// Percent-encoding (RFC 3986 2.1), read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace paraneo {

// What a plus is: itself in a URI, a blank in what a form sends
// (application/x-www-form-urlencoded), as queries are.
enum class Plus : std::uint8_t { itself, blank };

// %41 becomes A; a percent sign without two hexadecimal digits stays.
std::string percent_decoded(std::string_view text, Plus plus = Plus::itself);

}  // namespace paraneo
