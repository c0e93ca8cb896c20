// FHIR R4's functions that ask for terminology (FHIR R4 2.9.1.2): memberOf, subsumes, subsumedBy.
#include "fhirpath/functions/functions.h"
#include "terminology/value_set.h"

namespace paraneo::fhirpath {
namespace {

class BuiltinTerminology final : public TerminologyPort {
 public:
  std::optional<bool> member_of(std::string_view value_set, std::string_view system, std::string_view code) const override {
    return terminology::ValueSets::builtin().contains(value_set, system, code);
  }
  std::optional<bool> subsumes(std::string_view, std::string_view, std::string_view) const override {
    return std::nullopt;
  }
};

struct Coded {
  std::string_view system, code;
};

// A code or string, a Coding, the codings of a CodeableConcept.
std::vector<Coded> codes_of(Run& run, const Item& item) {
  const auto& definitions = run.engine.definitions();
  const auto value = run.value(item);
  if (value.kind == ItemKind::string) return {{{}, value.string()}};
  std::vector<Coded> out;
  if (!item.is_element()) return out;
  const auto text = [&](const element::Element& element, std::string_view name) {
    const auto* child = element.child(definitions.find_symbol(name));
    return child == nullptr ? std::string_view() : child->value();
  };
  const auto type = definitions.type_name(item.element->type);
  if (type == "Coding") out.push_back({text(*item.element, "system"), text(*item.element, "code")});
  if (type == "CodeableConcept") {
    const auto coding = definitions.find_symbol("coding");
    for (const auto* c = item.element->first; c != nullptr; c = c->next)
      if (c->name == coding) out.push_back({text(*c, "system"), text(*c, "code")});
  }
  return out;
}

const TerminologyPort& terminology_of(const Run& run) {
  return run.environment.terminology == nullptr ? builtin_terminology() : *run.environment.terminology;
}

Collection member_of(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  if (in.size() > 1) return too_many(run, node, in);
  const auto value_set = run.string(node, run.eval(node, 1, scope));
  if (in.empty() || !value_set || run.engine.lacks_value(run.value(in[0]))) return {};
  for (const auto& coded : codes_of(run, in[0])) {
    const auto answer = terminology_of(run).member_of(*value_set, coded.system, coded.code);
    if (!answer) {
      run.fail(node, "the value set " + std::string(*value_set) + " is not known here");
      return {};
    }
    if (*answer) return run.of(true);
  }
  return run.of(false);
}

// Whether one of the upper codes is, or stands above, one of the lower ones.
Collection subsumption(Run& run, const Node& node, const Item& upper, const Item& lower) {
  bool open = false;
  for (const auto& a : codes_of(run, upper)) {
    for (const auto& b : codes_of(run, lower)) {
      if (a.system != b.system) continue;
      if (a.code == b.code) return run.of(true);
      const auto answer = terminology_of(run).subsumes(a.system, a.code, b.code);
      if (answer == true) return run.of(true);
      open = open || !answer;
    }
  }
  if (!open) return run.of(false);
  run.fail(node, "how these codes stand to each other is not known here");
  return {};
}

template <bool kInputIsUpper>
Collection subsumes(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  const auto other = run.eval(node, 1, scope);
  if (in.size() > 1) return too_many(run, node, in);
  if (other.size() > 1) return too_many(run, node, other);
  if (in.empty() || other.empty()) return {};
  return kInputIsUpper ? subsumption(run, node, in[0], other[0]) : subsumption(run, node, other[0], in[0]);
}

constexpr Function kFunctions[] = {
    {"memberOf", 1, 1, member_of},
    {"subsumes", 1, 1, subsumes<true>},
    {"subsumedBy", 1, 1, subsumes<false>},
};

}  // namespace

const TerminologyPort& builtin_terminology() {
  static const BuiltinTerminology kBuiltin;
  return kBuiltin;
}

std::span<const Function> terminology_functions() { return kFunctions; }

}  // namespace paraneo::fhirpath
