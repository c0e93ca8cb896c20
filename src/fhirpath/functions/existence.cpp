// Existence (FHIRPath 2.0 5.1).
#include <algorithm>

#include "fhirpath/functions/functions.h"
#include "fhirpath/remembered.h"

namespace paraneo::fhirpath {
namespace {

std::optional<bool> exists(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  if (const auto places = candidates(run, node, in, scope)) {
    for (const auto i : *places)
      if (!run.failed() && run.test_for(node, 1, in[i], i) == true) return true;
    return false;
  }
  for (std::uint32_t i = 0; i < in.size() && !run.failed(); ++i)
    if (run.test_for(node, 1, in[i], i) == true) return true;
  return false;
}

std::optional<bool> all(Run& run, const Node& node, const Collection& in, const Scope&) {
  for (std::uint32_t i = 0; i < in.size() && !run.failed(); ++i)
    if (run.test_for(node, 1, in[i], i) != true) return false;
  return true;
}

// allTrue, anyTrue, allFalse, anyFalse: every item must be a boolean. What one without a value
// would be, nobody knows.
template <bool kAll, bool kWanted>
std::optional<bool> truths(Run& run, const Node& node, const Collection& in, const Scope&) {
  bool open = false;
  for (const auto& item : in) {
    const auto value = run.single(node, run.of(item), ItemKind::boolean, "a boolean");
    if (run.failed()) return std::nullopt;
    if (!value) open = true;
    else if ((value->boolean == kWanted) != kAll) return !kAll;
  }
  return open ? std::nullopt : std::optional(kAll);
}

bool all_in(Run& run, const Collection& some, const Collection& other) {
  Membership members(run, other);
  return std::all_of(some.begin(), some.end(), [&](const Item& item) { return members.has(item); });
}

std::optional<bool> subset_of(Run& run, const Node& node, const Collection& in,
                              const Scope& scope) {
  return all_in(run, in, run.eval(node, 1, scope));
}

std::optional<bool> superset_of(Run& run, const Node& node, const Collection& in,
                                const Scope& scope) {
  return all_in(run, run.eval(node, 1, scope), in);
}

Collection count(Run& run, const Node&, const Collection& in, const Scope&) {
  return run.of_integer(in.size());
}

Collection distinct(Run& run, const Node&, const Collection& in, const Scope&) {
  return unite(run, in, {});
}

std::optional<bool> is_distinct(Run& run, const Node&, const Collection& in, const Scope&) {
  return unite(run, in, {}).size() == in.size();
}

std::optional<bool> negated(Run& run, const Node& node, const Collection& in, const Scope&) {
  const auto truth = run.condition(node, in);
  return truth ? std::optional(!*truth) : std::nullopt;
}

constexpr Function kFunctions[] = {
    {.name = "empty", .bare = Op::none},
    test_function<exists>("exists", 0, 1, Op::any),
    test_function<all>("all", 1, 1),
    test_function<truths<true, true>>("allTrue"),
    test_function<truths<false, true>>("anyTrue"),
    test_function<truths<true, false>>("allFalse"),
    test_function<truths<false, false>>("anyFalse"),
    test_function<subset_of>("subsetOf", 1, 1),
    test_function<superset_of>("supersetOf", 1, 1),
    {"count", 0, 0, count},
    {"distinct", 0, 0, distinct},
    test_function<is_distinct>("isDistinct"),
    test_function<negated>("not"),
};

}  // namespace

std::span<const Function> existence_functions() { return kFunctions; }

}  // namespace paraneo::fhirpath
