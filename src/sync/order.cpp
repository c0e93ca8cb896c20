#include "sync/order.h"

#include <algorithm>
#include <iterator>

#include "rest/reference_order.h"

namespace paraneo::sync {

std::vector<std::vector<Want>> parts_in_order(std::vector<Want>&& wants) {
  const auto puts_end = std::stable_partition(
      wants.begin(), wants.end(), [](const Want& want) { return want.act == Act::put; });
  std::vector<Want> others(std::make_move_iterator(puts_end), std::make_move_iterator(wants.end()));
  wants.erase(puts_end, wants.end());
  std::vector<const rest::PushEntry*> entries;
  entries.reserve(wants.size());
  for (const auto& want : wants) entries.push_back(&want.entry);
  std::vector<std::vector<Want>> parts;
  for (const auto& component : rest::reference_order(entries)) {
    auto& part = parts.emplace_back();
    for (const auto i : component) part.push_back(std::move(wants[i]));
  }
  for (auto& want : others) parts.emplace_back().push_back(std::move(want));
  return parts;
}

}  // namespace paraneo::sync
