// Types: is(), as(), ofType() (FHIRPath 2.0 5.2.4, 6.3) and reflection by type() (10).
#include "fhirpath/functions/functions.h"

namespace paraneo::fhirpath {
namespace {

Collection of_type(Run& run, const Node& node, const Collection& in, const Scope&) {
  return of_type(run, in, node.type, false);
}

Collection is(Run& run, const Node& node, const Collection& in, const Scope&) {
  if (in.empty()) return {};
  if (in.size() > 1) {
    run.fail(node, "is() takes one item");
    return {};
  }
  return run.of(is_type(run, in[0], node.type));
}

// R4's invariants (dom-3) filter all that is in a resource with it: descendants().as(canonical).
bool takes_all_below(const Run& run, const Node& node) {
  const auto& focus = run.program.nodes[run.program.operand(node, 0)];
  return focus.op == Op::call &&
         (focus.function->name == "descendants" || focus.function->name == "children");
}

Collection as(Run& run, const Node& node, const Collection& in, const Scope&) {
  if (in.size() > 1 && !takes_all_below(run, node)) {
    run.fail(node, "as() takes one item; ofType() takes many");
    return {};
  }
  return of_type(run, in, node.type, true);
}

Collection type(Run& run, const Node& node, const Collection& in, const Scope&) {
  Collection out;
  for (const auto& item : in) {
    if (!run.step(node)) return {};
    const auto name = run.arena.copy(run.engine.type_name(item));
    const auto point = name.find('.');
    out.push(run.arena,
             Item::of(run.arena, TypeInfo{name.substr(0, point), name.substr(point + 1)}));
  }
  return out;
}

constexpr Function kFunctions[] = {
    {"ofType", 1, 1, of_type},
    {"is", 1, 1, is},
    {"as", 1, 1, as},
    {"type", 0, 0, type},
};

}  // namespace

std::span<const Function> type_functions() { return kFunctions; }

}  // namespace paraneo::fhirpath
