#include "element/element.h"

namespace paraneo::element {

Element* make_root(Arena& arena, definition::TypeId type) {
  auto* root = arena.make<Element>();
  root->type = type;
  return root;
}

void insert_child(Element& parent, Element& child) {
  if (child.def < parent.first->def) {
    child.next = parent.first;
    parent.first = &child;
    return;
  }
  auto* before = parent.first;
  while (before->next->def <= child.def) before = before->next;
  child.next = before->next;
  before->next = &child;
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
  // Nearly never.
  for (auto* c = any_empty ? root.first : nullptr; c != nullptr;) {
    auto* next = c->next;
    if (c->empty()) remove_child(root, *c);
    c = next;
  }
}

Element* copy_child(Arena& arena, const definition::Definitions& definitions, Element& parent,
                    const definition::ElementDef& def, const Element& original) {
  auto* copy = append_child(arena, definitions, parent, def, original.type);
  copy_content(arena, definitions, *copy, original);
  return copy;
}

void copy_content(Arena& arena, const definition::Definitions& definitions, Element& to, const Element& original) {
  if (original.has_value) to.set_value(original.value(), original.known, original.formed);
  to.offset = original.offset;
  for (const auto* c = original.first; c != nullptr; c = c->next)
    copy_child(arena, definitions, to, definitions.element_at(c->def), *c);
}

}  // namespace paraneo::element
