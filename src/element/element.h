// FHIR data in memory: one tree for what is read, what a map writes and what is validated, so that
// a target can be a source. Everything lives in the record's arena; texts may point into the
// source text or the arena.
//
// Children stand in the order of the definition (and, inside a list, of the data), at all times:
// what is written out is canonical without sorting.
#pragma once

#include <string>
#include <string_view>

#include "base/arena.h"
#include "definition/definitions.h"

namespace paraneo::element {

struct Element {
  definition::Symbol name = 0;  // in the parent, without [x]; 0 for a root
  definition::TypeId type = 0;  // of the value that is there: Quantity for value[x], Patient for a
                                // resource
  std::uint32_t def = 0;        // index of the ElementDef in Definitions; meaningless for a root
  std::uint32_t offset = 0;     // in the source text; 0 when it was made here
  std::uint32_t size = 0;
  bool has_value = false;  // a primitive with a value; without one it has only id or extensions
  const char* chars = nullptr;  // of the value; of what is no primitive, what insert_child() keeps
  Element* parent = nullptr;
  Element* first = nullptr;
  Element* last = nullptr;
  Element* next = nullptr;

  // A primitive's value as JSON writes it, without quotes; empty for complex types.
  std::string_view value() const { return {chars, size}; }
  void set_value(std::string_view text) {
    chars = text.data();
    size = static_cast<std::uint32_t>(text.size());
    has_value = true;
  }
  bool empty() const { return !has_value && first == nullptr; }

  // The first of that name; null where there is none. In time proportional to the children.
  const Element* child(definition::Symbol child_name) const {
    for (const auto* c = first; c != nullptr; c = c->next)
      if (c->name == child_name) return c;
    return nullptr;
  }
  Element* child(definition::Symbol child_name) {
    return const_cast<Element*>(static_cast<const Element*>(this)->child(child_name));
  }
};

// Lives as long as the arena's content.
Element* make_root(Arena& arena, definition::TypeId type);
// Puts a child before the last one, where its definition belongs. In whatever order the children of
// a parent come, all of them together take time in proportion to their number (and to that of its
// definitions).
void insert_child(Arena& arena, const definition::Definitions& definitions, Element& parent,
                  Element& child);
// Makes an element that has no parent the last child of that definition. `def` must belong to the
// parent's type.
inline void append_child(Arena& arena, const definition::Definitions& definitions, Element& parent,
                         const definition::ElementDef& def, Element& child) {
  child.name = def.name;
  child.def = definitions.index_of(def);
  child.parent = &parent;
  if (parent.last == nullptr) {
    parent.first = parent.last = &child;
  } else if (parent.last->def <= child.def) {
    parent.last->next = &child;
    parent.last = &child;
  } else {
    insert_child(arena, definitions, parent, child);
  }
}
// The same with a new element.
inline Element* append_child(Arena& arena, const definition::Definitions& definitions,
                             Element& parent, const definition::ElementDef& def,
                             definition::TypeId type) {
  auto* child = arena.make<Element>();
  child->type = type;
  append_child(arena, definitions, parent, def, *child);
  return child;
}
void remove_child(Element& parent, Element& child);
// Takes out what has neither a value nor anything below it: "Objects are never empty" (FHIR
// R4 2.6.2).
void remove_empty(Element& root);
// A copy, with its children, as the child `def` of `parent`; the texts are shared.
Element* copy_child(Arena& arena, const definition::Definitions& definitions, Element& parent,
                    const definition::ElementDef& def, const Element& original);
// Value and children of `original` as those of `to`, which has none yet and is of the same type.
void copy_content(Arena& arena, const definition::Definitions& definitions, Element& to,
                  const Element& original);

}  // namespace paraneo::element
