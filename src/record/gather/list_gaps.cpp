#include "record/gather/list_gaps.h"

#include <algorithm>
#include <charconv>

namespace paraneo::record {
namespace {

std::size_t number_of(std::string_view digits) {
  std::size_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

}  // namespace

void ListGaps::add(std::string_view path) {
  const auto open = path.rfind('[');
  if (open == std::string_view::npos || !path.ends_with(']')) return;
  auto& gaps = gaps_[std::string(path.substr(0, open))];
  const auto number = number_of(path.substr(open + 1));
  const auto at = std::lower_bound(gaps.begin(), gaps.end(), number);
  if (at == gaps.end() || *at != number) gaps.insert(at, number);
}

std::string ListGaps::in_input(std::string_view before, std::string_view path) const {
  if (empty()) return std::string(path);
  auto out = std::string(before);
  while (!path.empty()) {
    const auto open = path.find('[');
    const auto close = path.find(']', open == std::string_view::npos ? 0 : open);
    if (open == std::string_view::npos || close == std::string_view::npos) {
      out += path;
      break;
    }
    out += path.substr(0, open);
    auto number = number_of(path.substr(open + 1));
    if (const auto gaps = gaps_.find(out); gaps != gaps_.end())
      for (const auto gap : gaps->second)
        if (gap <= number) ++number;
    out += "[" + std::to_string(number) + "]";
    path.remove_prefix(close + 1);
  }
  return out.substr(before.size());
}

}  // namespace paraneo::record
