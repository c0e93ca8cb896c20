#include "fml/list_order.h"

namespace paraneo::fml {
namespace {

void unlink(element::Element& item) {
  auto& parent = *item.parent;
  element::Element* before = nullptr;
  for (auto* c = parent.first; c != &item; c = c->next) before = c;
  (before == nullptr ? parent.first : before->next) = item.next;
  if (parent.last == &item) parent.last = before;
}

// Behind `before`, or first of all children.
void link(element::Element& item, element::Element* before) {
  auto& parent = *item.parent;
  item.next = before == nullptr ? parent.first : before->next;
  (before == nullptr ? parent.first : before->next) = &item;
  if (parent.last == before) parent.last = &item;
}

}  // namespace

bool ListOrder::put_first(element::Element& item, const void* rule) {
  auto& front = fronts_[{item.parent, item.name}];
  if (front.rule != nullptr && front.rule != rule) return false;
  unlink(item);
  auto* before = front.end;
  if (before == nullptr)
    for (auto* c = item.parent->first; c != nullptr && c->name != item.name && c->def <= item.def; c = c->next) before = c;
  link(item, before);
  front = {rule, &item};
  return true;
}

bool ListOrder::put_last(element::Element& item, const void* rule) {
  auto& end = ends_[{item.parent, item.name}];
  if (end != nullptr && end != rule) return false;
  end = rule;
  last_.push_back(&item);
  return true;
}

void ListOrder::finish() {
  for (auto* item : last_) {
    // One that was replaced is in the tree no more.
    bool is_there = false;
    for (auto* c = item->parent == nullptr ? nullptr : item->parent->first; c != nullptr; c = c->next) is_there = is_there || c == item;
    if (!is_there) continue;
    unlink(*item);
    element::Element* before = nullptr;
    for (auto* c = item->parent->first; c != nullptr; c = c->next)
      if (c->def <= item->def) before = c;
    link(*item, before);
  }
}

}  // namespace paraneo::fml
