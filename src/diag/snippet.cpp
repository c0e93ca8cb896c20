#include <algorithm>

#include "base/utf8.h"
#include "diag/diagnostic.h"

namespace paraneo::diag {
namespace {

constexpr std::size_t kLineCharsMax = 160;

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// The first character at or behind `at`.
std::size_t next_character(std::string_view line, std::size_t at) {
  while (at < line.size() && continues_character(line[at])) ++at;
  return at;
}

// Where the character stands that has that many before it. Counts in runs, since a line may be a
// whole document.
std::size_t byte_of(std::string_view line, std::size_t characters) {
  std::size_t at = 0;
  while (characters > 0 && at < line.size()) {
    const auto run = line.substr(at, characters);
    characters -= run.size() - static_cast<std::size_t>(
                                   std::count_if(run.begin(), run.end(), continues_character));
    at += run.size();
  }
  return next_character(line, at);
}

}  // namespace

// Keeps the column visible when the line is longer than a terminal (JSON is often one line).
Snippet snippet_of(const Span& span) {
  Snippet snippet{span.source->name, locate(*span.source, span.begin), {}};
  const auto line = line_at(*span.source, span.begin);
  const auto at = byte_of(line, snippet.at.column - 1);
  const auto begin = at > kLineCharsMax / 2 ? next_character(line, at - kLineCharsMax / 2) : 0;
  const auto end = next_character(line, std::min(line.size(), begin + kLineCharsMax));
  const auto last = std::clamp<std::size_t>(span.end > span.begin ? span.end - span.begin : 1, 1,
                                            std::max<std::size_t>(1, end - at));
  snippet.line = line.substr(begin, end - begin);
  snippet.caret = utf8::length(line.substr(begin, at - begin));
  snippet.caret_width =
      std::max<std::size_t>(1, utf8::length(line.substr(std::min(at, line.size()), last)));
  return snippet;
}

}  // namespace paraneo::diag
