// The differential of a profile that is validated itself (FHIR R4 5.3, ElementDefinition): its
// paths lead to elements, its discriminators do, and only what has codes is bound. Internal to this
// folder.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "validate/visit.h"

namespace paraneo::validate {

// Types of elements by paths as profiles write them. What depends on data (any resource, what a
// reference leads to) is not known.
class TypePaths {
 public:
  using Types = std::vector<definition::TypeId>;

  explicit TypePaths(const definition::Definitions& definitions) : definitions_(definitions) {}

  // Of a path of names below the types, with [x], "valueQuantity", and the functions that a
  // discriminator may have: $this, extension(url), ofType(type), as(type), resolve(). Empty: no
  // such element. None: not known.
  std::optional<Types> below(Types types, std::string_view path) const;

 private:
  std::optional<Types> step(const Types& types, std::string_view name) const;
  void add(definition::TypeId type, std::string_view name, Types& to) const;
  bool is_open(definition::TypeId type) const;

  const definition::Definitions& definitions_;
};

// Says nothing of what is no StructureDefinition of derivation constraint. Paths are judged by R4's
// types, and so only those of R4's profiles.
void check_differential(const element::Element& at, Visit& visit);

}  // namespace paraneo::validate
