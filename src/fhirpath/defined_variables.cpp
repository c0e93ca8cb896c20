#include "fhirpath/defined_variables.h"

#include <algorithm>

#include "fhirpath/run.h"

namespace paraneo::fhirpath {

Collection DefinedVariables::define(const Node& node, const Scope& scope) {
  const auto focus = run_.eval(node, 0, scope);
  const auto is_named = node.op == Op::define_named;
  const auto name =
      is_named ? run_.string(node, run_.eval(node, 1, scope)) : std::optional(node.text);
  if (!name) return {};
  const auto is_taken = [&] {
    if (find_named(*name) != nullptr) return true;
    if (!is_named) return false;
    const auto& taken = run_.program.names_taken[node.slot];
    return std::find(taken.begin(), taken.end(), *name) != taken.end();
  };
  if (!run_.program.names_taken.empty() && is_taken())
    run_.fail(node, "there is already a variable %" + std::string(*name));
  const std::uint32_t value_at = is_named ? 2 : 1;
  auto value = node.operand_count > value_at
                   ? run_.eval(node, value_at, Scope{focus, scope.index, scope.total})
                   : focus;
  if (is_named) named_.emplace_back(*name, value);
  else locals_[node.slot] = value;
  return run_.failed() ? Collection() : focus;
}

const Collection* DefinedVariables::find_named(std::string_view name) const {
  for (const auto& [known, value] : named_)
    if (known == name) return &value;
  return nullptr;
}

Collection DefinedVariables::named(const Node& node) {
  if (const auto* value = find_named(node.text)) return *value;
  run_.fail(node, "there is no variable %" + std::string(node.text));
  return {};
}

Collection DefinedVariables::scoped(const Node& node, const Scope& scope) {
  const auto known = named_.size();
  auto out = run_.eval(node, 0, scope);
  named_.resize(known);
  return out;
}

}  // namespace paraneo::fhirpath
