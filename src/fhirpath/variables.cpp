// %resource and %rootResource; variables that an expression defines for what comes after it
// (FHIRPath 3.0, "defineVariable"). One whose name is written has a slot; one whose name is
// computed is found by its name.
#include <algorithm>

#include "fhirpath/run.h"

namespace paraneo::fhirpath {

// The nearest resource around the input, or the outermost one.
Collection Run::resource(const Node& node) {
  const auto* known = node.op == Op::resource ? environment.resource : environment.root_resource;
  if (known != nullptr) return of(Item::of(known));
  const auto* element = input_.empty() || !input_[0].is_element() ? nullptr : input_[0].element;
  const element::Element* found = nullptr;
  for (; element != nullptr; element = element->parent) {
    if (!engine.definitions().is_resource(element->type)) continue;
    found = element;
    if (node.op == Op::resource) break;
  }
  return found == nullptr ? Collection() : of(Item::of(found));
}

Collection Run::define(const Node& node, const Scope& scope) {
  const auto focus = eval(node, 0, scope);
  const auto is_named = node.op == Op::define_named;
  const auto name = is_named ? string(node, eval(node, 1, scope)) : std::optional(node.text);
  if (!name) return {};
  const auto is_taken = [&] {
    if (find_named(*name) != nullptr) return true;
    if (!is_named) return false;
    const auto& taken = program.names_taken[node.slot];
    return std::find(taken.begin(), taken.end(), *name) != taken.end();
  };
  if (!program.names_taken.empty() && is_taken())
    fail(node, "there is already a variable %" + std::string(*name));
  const std::uint32_t value_at = is_named ? 2 : 1;
  auto value = node.operand_count > value_at
                   ? eval(node, value_at, Scope{focus, scope.index, scope.total})
                   : focus;
  if (is_named) named_.emplace_back(*name, value);
  else locals_[node.slot] = value;
  return failed() ? Collection() : focus;
}

const Collection* Run::find_named(std::string_view name) const {
  for (const auto& [known, value] : named_)
    if (known == name) return &value;
  return nullptr;
}

Collection Run::named(const Node& node) {
  if (const auto* value = find_named(node.text)) return *value;
  fail(node, "there is no variable %" + std::string(node.text));
  return {};
}

Collection Run::scoped(const Node& node, const Scope& scope) {
  const auto known = named_.size();
  auto out = eval(node, 0, scope);
  named_.resize(known);
  return out;
}

}  // namespace paraneo::fhirpath
