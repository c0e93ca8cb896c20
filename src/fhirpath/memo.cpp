#include "fhirpath/memo.h"

#include <algorithm>

#include "fhirpath/program.h"

namespace paraneo::fhirpath {
namespace {

bool is_plain(const Collection& list) {
  return std::none_of(list.begin(), list.end(), [](const Item& item) { return item.is_element(); });
}

}  // namespace

Memo::Entry* Memo::find(const Program& program, std::uint32_t part,
                        std::span<const Collection* const> variables) {
  auto& entries = entries_[&program];
  if (entries.empty()) entries.resize(program.parts.size());
  auto& entry = entries[part];
  std::size_t lists = 0;
  for (const auto* variable : variables) {
    if (variable->size() == 1) {
      if (!variable->only().is_element() || variable->only().element != root_) return nullptr;
      continue;
    }
    // An empty one may be filled later.
    if (variable->empty()) return nullptr;
    if (entry.is_known) {
      if (lists >= entry.lists.size()) return nullptr;
      const auto& before = entry.lists[lists++];
      if (before.data() != variable->begin() || before.size() != variable->size()) return nullptr;
      continue;
    }
    if (!is_plain(*variable)) return nullptr;
    if (lists == entry.lists.size()) entry.lists.emplace_back();
    entry.lists[lists++] = {variable->begin(), variable->size()};
  }
  return &entry;
}

}  // namespace paraneo::fhirpath
