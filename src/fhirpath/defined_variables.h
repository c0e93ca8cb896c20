// Variables that an expression defines for what comes after it (FHIRPath 3.0, "defineVariable").
// One whose name is written has a slot; one whose name is computed is found by its name. Internal
// to this folder.
#pragma once

#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "fhirpath/item.h"
#include "fhirpath/program.h"

namespace paraneo::fhirpath {

class Run;
struct Scope;

// Those of one run, which it is a part of.
class DefinedVariables {
 public:
  DefinedVariables(Run& run, std::span<Collection> locals) : run_(run), locals_(locals) {}

  // The focus, as defineVariable() gives it; fails where the name is taken.
  Collection define(const Node& node, const Scope& scope);
  const Collection& local(const Node& node) const { return locals_[node.slot]; }
  // By its name; fails where there is none.
  Collection named(const Node& node);
  // The operand; what it defines by name is forgotten behind it.
  Collection scoped(const Node& node, const Scope& scope);

 private:
  const Collection* find_named(std::string_view name) const;

  Run& run_;
  std::span<Collection> locals_;
  std::vector<std::pair<std::string_view, Collection>> named_;
};

}  // namespace paraneo::fhirpath
