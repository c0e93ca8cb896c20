#include "fhirpath/text_case.h"

#include <unicode/ucasemap.h>
#include <unicode/uchar.h>

#include <algorithm>
#include <memory>

#include "base/utf8.h"

namespace paraneo::fhirpath {
namespace {

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

char ascii_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

struct Close {
  void operator()(UCaseMap* map) const { ucasemap_close(map); }
};

// Of the root locale; shared by all threads, as ICU allows for what is not changed.
const UCaseMap* case_map() {
  static const std::unique_ptr<UCaseMap, Close> kMap = [] {
    auto error = U_ZERO_ERROR;
    return std::unique_ptr<UCaseMap, Close>(ucasemap_open("", U_FOLD_CASE_DEFAULT, &error));
  }();
  return kMap.get();
}

using Mapping = std::int32_t (*)(const UCaseMap*, char*, std::int32_t, const char*, std::int32_t,
                                 UErrorCode*);

std::string mapped(std::string_view text, Mapping mapping) {
  constexpr std::size_t kGrowthMax = 3;  // the longest that a character becomes: U+0390 in upper
                                         // case
  std::string out(text.size() * kGrowthMax, '\0');
  auto error = U_ZERO_ERROR;
  const auto size = mapping(case_map(), out.data(), static_cast<std::int32_t>(out.size()),
                            text.data(), static_cast<std::int32_t>(text.size()), &error);
  if (U_FAILURE(error) != 0) return std::string(text);
  out.resize(static_cast<std::size_t>(size));
  return out;
}

// Of one character, as it is written.
UChar32 code_point(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  UChar32 point = character.size() == 1 ? first : first & (0x7F >> character.size());
  for (const char c : character.substr(1))
    point = point << 6 | (static_cast<unsigned char>(c) & 0x3F);
  return point;
}

// Each character of the class White_Space as one space.
std::string with_plain_spaces(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto character = text.substr(0, std::max<std::size_t>(1, utf8::first_length(text)));
    if (u_isUWhiteSpace(code_point(character)) != 0) out.push_back(' ');
    else out += character;
    text.remove_prefix(character.size());
  }
  return out;
}

template <char (*kMap)(char)>
std::string of_ascii(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), kMap);
  return out;
}

// Tab, line feed, line tabulation, form feed, carriage return.
char ascii_folded(char c) { return c >= '\t' && c <= '\r' ? ' ' : ascii_lower(c); }

}  // namespace

std::string upper(std::string_view text) {
  return is_ascii(text) ? of_ascii<ascii_upper>(text) : mapped(text, ucasemap_utf8ToUpper);
}

std::string lower(std::string_view text) {
  return is_ascii(text) ? of_ascii<ascii_lower>(text) : mapped(text, ucasemap_utf8ToLower);
}

std::string folded(std::string_view text) {
  return is_ascii(text) ? of_ascii<ascii_folded>(text)
                        : mapped(with_plain_spaces(text), ucasemap_utf8FoldCase);
}

}  // namespace paraneo::fhirpath
