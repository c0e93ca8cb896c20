#include "sync/order.h"

#include <algorithm>
#include <iterator>

#include "rest/reference_order.h"

namespace paraneo::sync {

std::vector<std::vector<Operation>> parts_in_order(std::vector<Operation>&& operations) {
  const auto puts_end = std::stable_partition(
      operations.begin(), operations.end(),
      [](const Operation& operation) { return operation.effect == Effect::put; });
  std::vector<Operation> others(std::make_move_iterator(puts_end),
                                std::make_move_iterator(operations.end()));
  operations.erase(puts_end, operations.end());
  std::vector<const rest::PushEntry*> entries;
  entries.reserve(operations.size());
  for (const auto& operation : operations) entries.push_back(&operation.entry);
  std::vector<std::vector<Operation>> parts;
  for (const auto& component : rest::reference_order(entries)) {
    auto& part = parts.emplace_back();
    for (const auto i : component) part.push_back(std::move(operations[i]));
  }
  for (auto& operation : others) parts.emplace_back().push_back(std::move(operation));
  return parts;
}

}  // namespace paraneo::sync
