// The lines of a comment as the one text that a resource has for them. Internal to this folder.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace paraneo::fml {

// A text of the lines, without an end of line at its end.
inline std::string joined(const std::vector<std::string_view>& lines) {
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i) out.append(i == 0 ? "" : "\n").append(lines[i]);
  return out;
}

// Appends the lines of a text, which must outlive them.
inline void split(std::string_view text, std::vector<std::string_view>& to) {
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    to.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
}

}  // namespace paraneo::fml
