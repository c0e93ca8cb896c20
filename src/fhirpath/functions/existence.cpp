// Existence (FHIRPath 2.0 5.1).
#include <algorithm>

#include "fhirpath/functions/functions.h"

namespace paraneo::fhirpath {
namespace {

Collection empty(Run& run, const Node&, const Collection& in, const Scope&) { return run.of(in.empty()); }

Collection exists(Run& run, const Node& node, const Collection& in, const Scope&) {
  if (node.operand_count == 1) return run.of(!in.empty());
  for (std::uint32_t i = 0; i < in.size() && !run.failed(); ++i)
    if (run.condition(node, run.eval_for(node, 1, in[i], i)) == true) return run.of(true);
  return run.of(false);
}

Collection all(Run& run, const Node& node, const Collection& in, const Scope&) {
  for (std::uint32_t i = 0; i < in.size() && !run.failed(); ++i)
    if (run.condition(node, run.eval_for(node, 1, in[i], i)) != true) return run.of(false);
  return run.of(true);
}

// allTrue, anyTrue, allFalse, anyFalse: every item must be a boolean.
template <bool kAll, bool kWanted>
Collection truths(Run& run, const Node& node, const Collection& in, const Scope&) {
  for (const auto& item : in) {
    const auto value = run.single(node, run.of(item), ItemKind::boolean, "a boolean");
    if (!value) return {};
    if ((value->boolean == kWanted) != kAll) return run.of(!kAll);
  }
  return run.of(kAll);
}

bool all_in(Run& run, const Collection& some, const Collection& other) {
  Membership members(run, other);
  return std::all_of(some.begin(), some.end(), [&](const Item& item) { return members.has(item); });
}

Collection subset_of(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  return run.of(all_in(run, in, run.eval(node, 1, scope)));
}

Collection superset_of(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  return run.of(all_in(run, run.eval(node, 1, scope), in));
}

Collection count(Run& run, const Node&, const Collection& in, const Scope&) { return run.of_integer(in.size()); }

Collection distinct(Run& run, const Node&, const Collection& in, const Scope&) { return unite(run, in, {}); }

Collection is_distinct(Run& run, const Node&, const Collection& in, const Scope&) {
  return run.of(unite(run, in, {}).size() == in.size());
}

Collection negated(Run& run, const Node& node, const Collection& in, const Scope&) {
  const auto truth = run.condition(node, in);
  return truth ? run.of(!*truth) : Collection();
}

constexpr Function kFunctions[] = {
    {"empty", 0, 0, empty},
    {"exists", 0, 1, exists},
    {"all", 1, 1, all},
    {"allTrue", 0, 0, truths<true, true>},
    {"anyTrue", 0, 0, truths<false, true>},
    {"allFalse", 0, 0, truths<true, false>},
    {"anyFalse", 0, 0, truths<false, false>},
    {"subsetOf", 1, 1, subset_of},
    {"supersetOf", 1, 1, superset_of},
    {"count", 0, 0, count},
    {"distinct", 0, 0, distinct},
    {"isDistinct", 0, 0, is_distinct},
    {"not", 0, 0, negated},
};

}  // namespace

std::span<const Function> existence_functions() { return kFunctions; }

}  // namespace paraneo::fhirpath
