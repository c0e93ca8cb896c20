// FHIR R4's functions that ask for terminology (FHIR R4 2.9.1.2): memberOf, subsumes, subsumedBy.
#include "fhirpath/coded.h"
#include "fhirpath/functions/functions.h"

namespace paraneo::fhirpath {
namespace {

Collection member_of(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  if (in.size() > 1) return too_many(run, node, in);
  const auto value_set = run.string(node, run.eval(node, 1, scope));
  if (in.empty() || !value_set || run.engine.lacks_value(run.value(in[0]))) return {};
  return run.of(is_member(run, node, *value_set, codes_of(run, in[0])));
}

// Whether one of the upper codes is, or stands above, one of the lower ones. "If the Codings are
// from different code systems, the relationships between the code systems must be well-defined or a
// run-time error is thrown."
Collection subsumption(Run& run, const Node& node, const Item& upper, const Item& lower) {
  bool open = false;
  bool has_pair = false;
  for (const auto& a : codes_of(run, upper)) {
    for (const auto& b : codes_of(run, lower)) {
      if (a.system != b.system) continue;
      has_pair = true;
      if (a.code == b.code) return run.of(true);
      const auto answer = terminology_of(run).subsumes(a.system, a.code, b.code);
      if (answer == true) return run.of(true);
      open = open || !answer;
    }
  }
  if (has_pair && !open) return run.of(false);
  run.fail(node, has_pair ? "how these codes stand to each other is not known here"
                          : "these codes are of different systems");
  return {};
}

template <bool kInputIsUpper>
Collection subsumes(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  const auto other = run.eval(node, 1, scope);
  if (in.size() > 1) return too_many(run, node, in);
  if (other.size() > 1) return too_many(run, node, other);
  if (in.empty() || other.empty()) return {};
  return kInputIsUpper ? subsumption(run, node, in[0], other[0])
                       : subsumption(run, node, other[0], in[0]);
}

constexpr Function kFunctions[] = {
    {"memberOf", 1, 1, member_of},
    {"subsumes", 1, 1, subsumes<true>},
    {"subsumedBy", 1, 1, subsumes<false>},
};

}  // namespace

std::span<const Function> terminology_functions() { return kFunctions; }

}  // namespace paraneo::fhirpath
