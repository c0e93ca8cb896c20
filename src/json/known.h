// What is known of a text, so that nobody has to look at it again.
#pragma once

#include <cstdint>
#include <string_view>

namespace paraneo::json {

// Each one says all that those before it say.
enum class Known : std::uint8_t {
  nothing,
  plain,  // JSON writes it as it is
  word,   // it has a character, and none of them is white space: what every code and every URI is
  uuid,   // the 36 characters of a UUID
  never,  // no text is known to be more
};

constexpr bool is_plain(Known known) { return known >= Known::plain; }

Known known_of(std::string_view text);  // word at the most

}  // namespace paraneo::json
