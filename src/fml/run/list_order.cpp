#include "fml/run/list_order.h"

#include <algorithm>
#include <unordered_set>

namespace paraneo::fml {
namespace {

using Placed = std::pair<std::int64_t, element::Element*>;

void relink(element::Element& parent, const std::vector<Placed>& children) {
  auto** link = &parent.first;
  for (const auto& [place, child] : children) {
    *link = parent.last = child;
    link = &child->next;
  }
  *link = nullptr;
}

}  // namespace

bool ListOrder::put(element::Element& item, const void* rule, Rules& rules, std::int64_t base) {
  if (rules.try_emplace({item.parent, item.name}, rule).first->second != rule) return false;
  items_.push_back(&item);
  places_[&item] = base + static_cast<std::int64_t>(items_.size());
  return true;
}

void ListOrder::finish() {
  std::unordered_set<const element::Element*> done;
  for (auto* item : items_) {
    // What was replaced has no parent any more, or is not among the children.
    auto* parent = item->parent;
    if (parent == nullptr || !done.insert(parent).second) continue;
    std::vector<Placed> children;
    for (auto* c = parent->first; c != nullptr; c = c->next) {
      const auto found = places_.find(c);
      children.emplace_back(found == places_.end() ? 0 : found->second, c);
    }
    std::stable_sort(children.begin(), children.end(), [](const Placed& a, const Placed& b) {
      return a.second->def != b.second->def ? a.second->def < b.second->def : a.first < b.first;
    });
    relink(*parent, children);
  }
}

}  // namespace paraneo::fml
