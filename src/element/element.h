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
#include "base/budget.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "definition/definitions.h"
#include "json/known.h"
#include "json/write.h"

namespace paraneo::element {

struct Element {
  definition::Symbol name = 0;           // in the parent, without [x]; 0 for a root
  definition::TypeId type = 0;           // of the value that is there: Quantity for value[x], Patient for a resource
  std::uint32_t def = 0;     // index of the ElementDef in Definitions; meaningless for a root
  std::uint32_t offset = 0;  // in the source text; 0 when it was made here
  std::uint32_t size = 0;
  bool has_value = false;    // a primitive with a value; without one it has only id or extensions
  json::Known known = json::Known::nothing;  // of the value
  bool formed = false;       // the value is known to have the form of the type
  std::uint8_t lead = 0;     // not 0: the value stands that far inside of "name":"value", as its parent's JSON has it
  const char* chars = nullptr;  // of the value; of what is no primitive, what insert_child() keeps
  Element* parent = nullptr;
  Element* first = nullptr;
  Element* last = nullptr;
  Element* next = nullptr;

  // A primitive's value as JSON writes it, without quotes; empty for complex types.
  std::string_view value() const { return {chars, size}; }
  void set_value(std::string_view text, json::Known known_of_it = json::Known::nothing, bool is_formed = false) {
    chars = text.data();
    size = static_cast<std::uint32_t>(text.size());
    has_value = true;
    known = known_of_it;
    formed = is_formed;
    lead = 0;
  }
  // What JSON writes for the element, with a comma; where `lead` says that it is there.
  std::string_view ready_json() const { return {chars - lead, lead + size + (chars[-1] == '"' ? 2U : 1U)}; }
  bool empty() const { return !has_value && first == nullptr; }

  const Element* child(definition::Symbol child_name) const {
    for (const auto* c = first; c != nullptr; c = c->next)
      if (c->name == child_name) return c;
    return nullptr;
  }
  Element* child(definition::Symbol child_name) {
    return const_cast<Element*>(static_cast<const Element*>(this)->child(child_name));
  }
};

Element* make_root(Arena& arena, definition::TypeId type);
// Puts a child before the last one, where its definition belongs. In whatever order the children of a parent
// come, all of them together take time in proportion to their number (and to that of its definitions).
void insert_child(Arena& arena, const definition::Definitions& definitions, Element& parent, Element& child);
// Makes an element that has no parent the last child of that definition. `def` must belong to the
// parent's type.
inline void append_child(Arena& arena, const definition::Definitions& definitions, Element& parent, const definition::ElementDef& def, Element& child) {
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
inline Element* append_child(Arena& arena, const definition::Definitions& definitions, Element& parent,
                             const definition::ElementDef& def, definition::TypeId type) {
  auto* child = arena.make<Element>();
  child->type = type;
  append_child(arena, definitions, parent, def, *child);
  return child;
}
void remove_child(Element& parent, Element& child);
// Takes out what has neither a value nor anything below it: "Objects are never empty" (FHIR R4 2.6.2).
void remove_empty(Element& root);
// A copy, with its children, as the child `def` of `parent`; the texts are shared.
Element* copy_child(Arena& arena, const definition::Definitions& definitions, Element& parent,
                    const definition::ElementDef& def, const Element& original);
// Value and children of `original` as those of `to`, which has none yet and is of the same type.
void copy_content(Arena& arena, const definition::Definitions& definitions, Element& to, const Element& original);

struct ReadOptions {
  // The type of the root where the text itself does not say it by resourceType; 0 for none.
  definition::TypeId type = 0;
};

// JSON (FHIR R4 2.6.2) to elements. Members that the type does not have, and values of the wrong
// shape, are reported and left out; the rest is still there. Null when not even the type is known.
// The tree points into the source: it must live as long. Null as well, and json-time in the sink, when the
// budget's time is over.
Element* format::read_json(const definition::Definitions& definitions, const json::Value& value, const Source& source,
                   const format::ReadOptions& options, Arena& arena, diag::Sink& sink, const Budget* budget = nullptr);
// The same from the text, which may be no JSON at all; faster than by a tree of values.
Element* format::read_json(const definition::Definitions& definitions, const Source& source, const format::ReadOptions& options, const Limits& limits,
                   Arena& arena, diag::Sink& sink, const Budget* budget = nullptr);

// A primitive for a parent still to come, with a value that has the type's form. It is written many times:
// what JSON has for it is kept in the arena beside it, where that is the same everywhere (not in a list).
Element* format::make_ready(Arena& arena, const definition::Definitions& definitions, const definition::ElementDef& def, definition::TypeId type, std::string_view value);

// Canonical JSON: the definition's property order, numbers as they were written.
void format::write_json(const definition::Definitions& definitions, const Element& element, json::Writer& writer);
// The same, compact, at the end of `to`: the fast way.
void format::append_json(const definition::Definitions& definitions, const Element& element, std::string& to);
std::string format::to_json(const definition::Definitions& definitions, const Element& element, bool pretty = false);

// FHIRPath of the element from its root: "Bundle.entry[3].resource.status".
std::string path_of(const definition::Definitions& definitions, const Element& element);
// JSON pointer (RFC 6901) of the element in its text: "/entry/3/resource/valueQuantity/unit".
std::string pointer_of(const definition::Definitions& definitions, const Element& element);

}  // namespace paraneo::element
