// The tables of the index of types. Internal to this folder; they are seen through Definitions.
#pragma once

#include <span>
#include <vector>

#include "definition/name_pool.h"
#include "definition/type_rows.h"

namespace paraneo::definition {

// Row 0 of the types is none. The rows of a type, or of an element, stand side by side.
struct TypeTables {
  NamePool names;
  std::vector<TypeDef> types = std::vector<TypeDef>(1);
  std::vector<ElementDef> elements;
  std::vector<TypeRef> type_refs;
  std::vector<Member> members;
  std::vector<ConstraintDef> constraints;
  std::vector<Symbol> targets;

  // The types that an element may have.
  std::span<const TypeRef> types_of(const ElementDef& element) const {
    return {type_refs.data() + element.first_type, element.type_count};
  }
  // Whether one is the other or stands on it.
  bool is_a(TypeId type, TypeId ancestor) const {
    // Bases were checked for cycles when they were linked.
    for (; type != 0; type = types[type].base)
      if (type == ancestor) return true;
    return false;
  }
};

}  // namespace paraneo::definition
