// The flat form of code systems and value sets: texts of lines that are sorted by their first
// field, so that one is found without an index. Internal to this folder.
#pragma once

#include <algorithm>
#include <charconv>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace paraneo::terminology {

inline constexpr char kField = '\x1f';  // between the fields of a line

// Control characters part lines and fields; they mean nothing in a code or a name.
inline std::string without_controls(std::string_view text) {
  std::string out(text);
  for (auto& c : out)
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  return out;
}

// For strings by views of others.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>()(text);
  }
};

// Of digits; 0 for anything else.
inline std::size_t number_of(std::string_view text) {
  std::size_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

// Takes what stands before the mark, and the mark, off the text.
inline std::string_view take(std::string_view& text, char mark) {
  const auto at = std::min(text.find(mark), text.size());
  const auto out = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return out;
}

// The line whose first field is `key`, without its end; none. `lines` ends with a line's end.
inline std::optional<std::string_view> line_of(std::string_view lines, std::string_view key) {
  std::size_t begin = 0, end = lines.size();
  while (begin < end) {
    // Of the line that the middle is in.
    const auto middle = begin + (end - begin) / 2;
    const auto before = middle == 0 ? std::string_view::npos : lines.rfind('\n', middle - 1);
    const auto first = before == std::string_view::npos || before < begin ? begin : before + 1;
    const auto last = lines.find('\n', first);
    const auto line = lines.substr(first, last - first);
    const auto order = line.substr(0, line.find(kField)).compare(key);
    if (order == 0) return line;
    if (order < 0) begin = last + 1;
    else end = first;
  }
  return std::nullopt;
}

}  // namespace paraneo::terminology
