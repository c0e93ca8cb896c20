#include "fhirpath/coded.h"

namespace paraneo::fhirpath {

std::vector<Coded> codes_of(Run& run, const Item& item) {
  const auto& definitions = run.engine.definitions();
  const auto value = run.value(item);
  if (value.kind == ItemKind::string)
    return {{{},
             value.string(),
             !item.is_element() || definitions.type_name(item.element->type) == "string"}};
  std::vector<Coded> out;
  if (!item.is_element()) return out;
  const auto text = [&](const element::Element& element, std::string_view name) {
    const auto* child = element.child(definitions.find_symbol(name));
    return child == nullptr ? std::string_view() : child->value();
  };
  const auto type = definitions.type_name(item.element->type);
  if (type == "Coding")
    out.push_back({text(*item.element, "system"), text(*item.element, "code"), false});
  if (type == "CodeableConcept") {
    const auto coding = definitions.find_symbol("coding");
    for (const auto* c = item.element->first; c != nullptr; c = c->next)
      if (c->name == coding) out.push_back({text(*c, "system"), text(*c, "code"), false});
  }
  return out;
}

const TerminologyPort& terminology_of(const Run& run) {
  return run.environment.terminology == nullptr ? run.engine.terminology()
                                                : *run.environment.terminology;
}

// FHIR R4 2.9.1.5, memberOf(): of a string, "so long as the valueset only contains one codesystem";
// what cannot be resolved is an error.
std::optional<bool> is_member(Run& run, const Node& node, std::string_view value_set,
                              std::span<const Coded> codes) {
  const auto& terminology = terminology_of(run);
  const auto fail = [&](std::string why) -> std::optional<bool> {
    run.fail(node, std::move(why));
    return std::nullopt;
  };
  if (!terminology.has_value_set(value_set))
    return fail("the value set " + std::string(value_set) + " is not known here");
  if (!codes.empty() && codes[0].is_text && codes[0].system.empty() &&
      terminology.has_several_systems(value_set))
    return fail("the value set " + std::string(value_set) +
                " has codes of several systems, and a string does not say which one it is of");
  std::optional<std::string_view> open;
  for (const auto& coded : codes) {
    const auto answer = terminology.member_of(value_set, coded.system, coded.code);
    if (answer == true) return true;
    if (!answer) open = coded.code;
  }
  if (!open) return false;
  return fail("whether the value set " + std::string(value_set) + " has the code \"" +
              std::string(*open) + "\" is not known here: not all codes of its systems are here");
}

}  // namespace paraneo::fhirpath
