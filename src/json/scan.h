// The tokens of JSON (RFC 8259) where they stand, for a reader that knows what comes next and leaves
// what is not as usual to read(). A text ends with NUL, and kSlack bytes behind that may be read. Each
// function takes the place where a token begins and gives the one behind it, or null.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/arena.h"
#include "json/compact.h"

namespace paraneo::json {

inline constexpr std::size_t kSlack = 8;

inline std::uint64_t eight_chars(const char* at) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, at, sizeof bytes);
  return bytes;
}

inline bool is_white(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// Never null.
inline const char* skip_white(const char* at) {
  if (static_cast<unsigned char>(*at) > ' ') return at;
  constexpr std::uint64_t kEightSpaces = 0x2020202020202020U;
  while (is_white(*at)) at += *at == ' ' && eight_chars(at) == kEightSpaces ? 8 : 1;
  return at;
}

// Whether the text goes on with `word`, which has no NUL, and behind which kSlack bytes may be read.
inline bool goes_on_with(const char* at, std::string_view word) {
  if constexpr (std::endian::native != std::endian::little) return std::strncmp(at, word.data(), word.size()) == 0;
  const auto* to = word.data();
  auto left = word.size();
  for (; left >= 8; left -= 8, at += 8, to += 8)
    if (eight_chars(at) != eight_chars(to)) return false;
  return left == 0 || (eight_chars(at) ^ eight_chars(to)) << (64 - 8 * left) == 0;
}

// To the first character of a string's inside that is a quote, a backslash or a control character.
// Never null.
inline const char* skip_plain(const char* at) {
  if constexpr (std::endian::native == std::endian::little) {
    while (true) {
      if (const auto stops = to_escape(eight_chars(at)); stops != 0) return at + std::countr_zero(stops) / 8;
      at += 8;
    }
  }
  while (static_cast<unsigned char>(*at) >= 0x20 && *at != '"' && *at != '\\') ++at;
  return at;
}

inline const char* skip_digits(const char* at) {
  const auto* begin = at;
  while (*at >= '0' && *at <= '9') ++at;
  return at == begin ? nullptr : at;
}

inline const char* skip_number(const char* at) {
  if (*at == '-') ++at;
  at = *at == '0' ? at + 1 : skip_digits(at);
  if (at != nullptr && *at == '.') at = skip_digits(at + 1);
  if (at == nullptr || (*at != 'e' && *at != 'E')) return at;
  ++at;
  return skip_digits(*at == '+' || *at == '-' ? at + 1 : at);
}

// The string that begins at the quote `at`, which may have escapes; `text` is decoded in the arena. Null
// for what is no string, or no Unicode.
const char* decode_string(const char* at, Arena& arena, std::string_view& text);

}  // namespace paraneo::json
