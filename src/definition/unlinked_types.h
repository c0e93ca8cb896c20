// References between types that were added and are not linked yet: a type may be named before it
// is defined. Internal to this folder.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "definition/type_names.h"
#include "definition/type_tables.h"
#include "diag/diagnostic.h"

namespace paraneo::definition {

// A reference to a type by its name, its URL, or its place in a definition (name_place()).
struct TypeReference {
  std::string_view target;
  std::string_view from;     // who refers to it, for a message
  std::uint8_t release = 0;  // of that
};

// Filled by one thread; empty after link().
class UnlinkedTypes {
 public:
  // The tables hold all types: none of them is new.
  void take_as_linked(const TypeTables& tables) {
    first_unlinked_ = static_cast<TypeId>(tables.types.size());
  }
  // That the type, or the type reference, of that index is to lead there.
  void base_of(TypeId type, const TypeReference& reference);
  void type_of(std::uint32_t type_ref, const TypeReference& reference);
  // A type that has no name beyond its definition: a backbone.
  void name_place(std::string_view place, TypeId type);

  // Leads all of them to types, reports what is not defined, and lists the members of the new
  // types.
  void link(TypeTables& tables, const TypeNames& names, diag::Sink& sink);

 private:
  struct Pending {
    bool is_base = false;
    std::uint32_t index = 0;
    std::string target, from;
    std::uint8_t release = 0;
  };

  static void make_members(TypeTables& tables, TypeId id);

  std::vector<Pending> pending_;
  std::unordered_map<std::string, TypeId, TextHash, std::equal_to<>> by_place_;
  TypeId first_unlinked_ = 1;
};

}  // namespace paraneo::definition
