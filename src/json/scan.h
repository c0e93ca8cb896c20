// The tokens of JSON (RFC 8259) where they stand, for a reader that knows what comes next and
// leaves what is not as usual to read(). A text ends with NUL, and kSlack bytes behind that may be
// read. Each function takes the place where a token begins and gives the one behind it, or null.
#pragma once

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/arena.h"
#include "json/compact.h"

namespace paraneo::json {

inline constexpr std::size_t kSlack = 16;

// Eight characters as one number; all of them must be readable (kSlack).
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

// Whether the text goes on with `word`, which has no NUL, and behind which kSlack bytes may be
// read.
inline bool goes_on_with(const char* at, std::string_view word) {
#ifdef __SSE2__
  const auto* to = word.data();
  auto left = word.size();
  const auto same = [&] {
    const auto load = [](const char* from) {
      return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    };
    return static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(load(at), load(to))));
  };
  for (; left >= sizeof(__m128i);
       left -= sizeof(__m128i), at += sizeof(__m128i), to += sizeof(__m128i))
    if (same() != 0xFFFF) return false;
  const auto needed = (1U << left) - 1;
  return (same() & needed) == needed;
#else
  return std::strncmp(at, word.data(), word.size()) == 0;
#endif
}

// Behind a colon and the white space around it; null where there is none.
inline const char* skip_colon(const char* at) {
  at = skip_white(at);
  return *at == ':' ? skip_white(at + 1) : nullptr;
}

// To the first character of a string's inside that is a quote, a backslash or a control character.
// Never null.
inline const char* skip_plain(const char* at) {
#ifdef __SSE2__
  const auto all = [](char c) { return _mm_set1_epi8(c); };
  while (true) {
    const auto chars = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const auto controls = _mm_cmpeq_epi8(_mm_max_epu8(chars, all(0x1F)), all(0x1F));
    const auto others =
        _mm_or_si128(_mm_cmpeq_epi8(chars, all('"')), _mm_cmpeq_epi8(chars, all('\\')));
    const auto stops = static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(controls, others)));
    if (stops != 0) return at + std::countr_zero(stops);
    at += sizeof chars;
  }
#else
  while (static_cast<unsigned char>(*at) >= 0x20 && *at != '"' && *at != '\\') ++at;
  return at;
#endif
}

// Behind the digits; null where there is none.
inline const char* skip_digits(const char* at) {
  const auto* begin = at;
  while (*at >= '0' && *at <= '9') ++at;
  return at == begin ? nullptr : at;
}

// A number up to its exponent.
inline const char* skip_fixed_number(const char* at) {
  if (*at == '-') ++at;
  at = *at == '0' ? at + 1 : skip_digits(at);
  return at != nullptr && *at == '.' ? skip_digits(at + 1) : at;
}

// The exponent, if there is one.
inline const char* skip_exponent(const char* at) {
  if (*at != 'e' && *at != 'E') return at;
  ++at;
  return skip_digits(*at == '+' || *at == '-' ? at + 1 : at);
}

// The string that begins at the quote `at`, which may have escapes; `text` is decoded in the arena.
// Null for what is no string, or no Unicode.
const char* decode_string(const char* at, Arena& arena, std::string_view& text);

}  // namespace paraneo::json
