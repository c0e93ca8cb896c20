// A named text and places in it. Every message about a user's file points to one of these.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace paraneo {

struct Original;

// A text with its name, and where it stands in the file that it came from. What points into it must
// not outlive it.
struct Source {
  std::string name;  // path or URL as the user gave it; "-" for standard input
  std::string text;
  std::uint32_t first_line = 1;    // line of text[0] in the file (records of an NDJSON file)
  std::uint32_t first_column = 1;  // column of text[0] in that line (resources of a Bundle)
  // Of a text that was made of another one: that one. Places are shown there.
  std::shared_ptr<const Original> original = nullptr;
  std::uint32_t begin_in_made = 0;  // where text[0] stands in what was made of the original
};

// What a text was made of, as JSON of XML.
struct Original {
  Source written;
  // Offset in the text that was made, and in the written one; ascending by the first.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> places;
};

// Bytes [begin, end) of a Source. Does not own it; a null source means "no place".
struct Span {
  const Source* source = nullptr;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

// A place for people.
struct LineColumn {
  std::uint32_t line = 1;    // from 1
  std::uint32_t column = 1;  // from 1, in Unicode code points
};

// Both are about the original where there is one.
LineColumn locate(const Source& source, std::uint32_t offset);
// The line that holds the offset, without its line break.
std::string_view line_at(const Source& source, std::uint32_t offset);

}  // namespace paraneo
