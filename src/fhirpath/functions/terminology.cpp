// FHIR R4's functions that ask for terminology (FHIR R4 2.9.1.2): memberOf, subsumes, subsumedBy.
#include "fhirpath/functions/functions.h"

namespace paraneo::fhirpath {
namespace {

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
  return run.environment.terminology == nullptr ? run.engine.terminology() : *run.environment.terminology;
}

bool is_text(const Run& run, const Item& item) {
  return !item.is_element() || run.engine.definitions().type_name(item.element->type) == "string";
}

// FHIR R4 2.9.1.5: of a string, "so long as the valueset only contains one codesystem"; what cannot be resolved or
// is not known is an error.
Collection member_of(Run& run, const Node& node, const Collection& in, const Scope& scope) {
  if (in.size() > 1) return too_many(run, node, in);
  const auto value_set = run.string(node, run.eval(node, 1, scope));
  if (in.empty() || !value_set || run.engine.lacks_value(run.value(in[0]))) return {};
  const auto& terminology = terminology_of(run);
  const auto fail = [&](std::string why) {
    run.fail(node, std::move(why));
    return Collection();
  };
  if (!terminology.has_value_set(*value_set)) return fail("the value set " + std::string(*value_set) + " is not known here");
  if (is_text(run, in[0]) && terminology.has_several_systems(*value_set))
    return fail("the value set " + std::string(*value_set) + " has codes of several systems, and a string does not say which one it is of");
  for (const auto& coded : codes_of(run, in[0])) {
    const auto answer = terminology.member_of(*value_set, coded.system, coded.code);
    if (!answer)
      return fail("whether the value set " + std::string(*value_set) + " has the code \"" + std::string(coded.code) +
                  "\" is not known here: not all codes of its systems are here");
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

const terminology::ValueSets& KnownTerminology::value_sets() const {
  return own_value_sets_ != nullptr ? *own_value_sets_ : terminology::ValueSets::builtin();
}

bool KnownTerminology::has_value_set(std::string_view value_set) const { return value_sets().has_set(value_set); }

bool KnownTerminology::has_several_systems(std::string_view value_set) const { return value_sets().has_several_systems(value_set); }

std::optional<bool> KnownTerminology::member_of(std::string_view value_set, std::string_view system, std::string_view code) const {
  return value_sets().contains(value_set, system, code);
}

std::optional<bool> KnownTerminology::subsumes(std::string_view system, std::string_view a, std::string_view b) const {
  return value_sets().code_systems().subsumes(system, a, b);
}

const TerminologyPort& builtin_terminology() {
  static const KnownTerminology kBuiltin;
  return kBuiltin;
}

std::span<const Function> terminology_functions() { return kFunctions; }

}  // namespace paraneo::fhirpath
