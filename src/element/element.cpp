#include "element/element.h"

#include <span>

namespace paraneo::element {

Element* make_root(Arena& arena, definition::TypeId type) {
  auto* root = arena.make<Element>();
  root->type = type;
  return root;
}

namespace {

constexpr std::size_t kStepsWithoutGroups = 32;

// For each definition of a parent's type one of its children, or null: from there it is not far to
// the last one of them. A child that went to another parent may still be here.
class ChildGroups {
 public:
  static ChildGroups* make(Arena& arena, const definition::Definitions& definitions,
                           definition::TypeId type) {
    const auto all = definitions.elements(type);
    return arena.make<ChildGroups>(arena.make_array<Element*>(all.size()),
                                   all.empty() ? 0 : definitions.index_of(all.front()));
  }
  ChildGroups(std::span<Element*> some, std::uint32_t first_def)
      : some_(some), first_def_(first_def) {}

  // The last one known that a child of the definition stands behind.
  Element* before(const Element& parent, std::uint32_t def) const {
    for (std::size_t i = has(def) ? def - first_def_ + 1 : 0; i > 0; --i)
      if (some_[i - 1] != nullptr && some_[i - 1]->parent == &parent) return some_[i - 1];
    return parent.first;
  }
  void note(Element& child) {
    if (has(child.def)) some_[child.def - first_def_] = &child;
  }

 private:
  bool has(std::uint32_t def) const { return def >= first_def_ && def - first_def_ < some_.size(); }

  std::span<Element*> some_;
  std::uint32_t first_def_;
};

// What has no value keeps them in its place.
ChildGroups* groups_of(const Element& parent) {
  return reinterpret_cast<ChildGroups*>(const_cast<char*>(parent.chars));
}

}  // namespace

void insert_child(Arena& arena, const definition::Definitions& definitions, Element& parent,
                  Element& child) {
  if (child.def < parent.first->def) {
    child.next = parent.first;
    parent.first = &child;
    return;
  }
  const auto may_have_groups = !definitions.is_primitive(parent.type);
  auto* groups = may_have_groups ? groups_of(parent) : nullptr;
  auto* before = groups == nullptr ? parent.first : groups->before(parent, child.def);
  std::size_t steps = 0;
  for (; before->next->def <= child.def; ++steps) before = before->next;
  child.next = before->next;
  before->next = &child;
  if (groups == nullptr && may_have_groups && steps >= kStepsWithoutGroups) {
    groups = ChildGroups::make(arena, definitions, parent.type);
    parent.chars = reinterpret_cast<const char*>(groups);
  }
  if (groups != nullptr) groups->note(child);
}

void remove_child(Element& parent, Element& child) {
  Element* before = nullptr;
  for (auto* c = parent.first; c != nullptr && c != &child; c = c->next) before = c;
  (before == nullptr ? parent.first : before->next) = child.next;
  if (parent.last == &child) parent.last = before;
  child.next = nullptr;
  child.parent = nullptr;
}

void remove_empty(Element& root) {
  bool any_empty = false;
  for (auto* c = root.first; c != nullptr; c = c->next) {
    if (c->first != nullptr) remove_empty(*c);
    any_empty = any_empty || c->empty();
  }
  if (!any_empty) return;  // nearly always
  auto** link = &root.first;
  root.last = nullptr;
  for (auto* c = root.first; c != nullptr;) {
    auto* next = c->next;
    if (c->empty()) {
      c->next = c->parent = nullptr;
    } else {
      *link = root.last = c;
      link = &c->next;
    }
    c = next;
  }
  *link = nullptr;
}

Element* copy_child(Arena& arena, const definition::Definitions& definitions, Element& parent,
                    const definition::ElementDef& def, const Element& original) {
  auto* copy = append_child(arena, definitions, parent, def, original.type);
  copy_content(arena, definitions, *copy, original);
  return copy;
}

void copy_content(Arena& arena, const definition::Definitions& definitions, Element& to,
                  const Element& original) {
  if (original.has_value) to.set_value(original.value());
  to.offset = original.offset;
  for (const auto* c = original.first; c != nullptr; c = c->next)
    copy_child(arena, definitions, to, definitions.element_at(c->def), *c);
}

}  // namespace paraneo::element
