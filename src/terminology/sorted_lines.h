// A text of lines that are sorted by the key before a mark: one is found without an index.
#pragma once

#include <optional>
#include <string_view>

namespace paraneo::terminology {

// The line whose key is `key`, without its end; none. `lines` ends with a line's end.
inline std::optional<std::string_view> line_of(std::string_view lines, std::string_view key, char mark) {
  std::size_t begin = 0, end = lines.size();
  while (begin < end) {
    // Of the line that the middle is in.
    const auto middle = begin + (end - begin) / 2;
    const auto before = middle == 0 ? std::string_view::npos : lines.rfind('\n', middle - 1);
    const auto first = before == std::string_view::npos || before < begin ? begin : before + 1;
    const auto last = lines.find('\n', first);
    const auto line = lines.substr(first, last - first);
    const auto order = line.substr(0, line.find(mark)).compare(key);
    if (order == 0) return line;
    if (order < 0) begin = last + 1;
    else end = first;
  }
  return std::nullopt;
}

}  // namespace paraneo::terminology
