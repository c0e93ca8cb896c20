// Canonical references (FHIR R4 2.3.0.3): what is contained must be there, and what is known must
// be of the right type.
#include <algorithm>

#include "validate/families.h"

namespace paraneo::validate {

namespace {

// Empty where nothing of that URL is known.
std::string_view type_of_canonical(const element::Element& at, const Visit& visit,
                                   const Context& context, References& references) {
  const auto url = at.value();
  if (const auto* found = references.by_canonical(at, url); found != nullptr)
    return visit.definitions.type_name(found->type);
  if (const auto* found = context.canonicals == nullptr ? nullptr : context.canonicals->find(url);
      found != nullptr)
    return visit.definitions.type_name(found->type);
  if (context.value_sets.knows(url)) return "ValueSet";
  if (context.value_sets.code_systems().contains(url, {})) return "CodeSystem";
  return context.profiles->find(url).empty() ? std::string_view() : "StructureDefinition";
}

}  // namespace

void check_canonical(const element::Element& at, Visit& visit, const Context& context,
                     References& references) {
  if (at.type != visit.names.canonical || !at.has_value || at.parent == nullptr) return;
  if (at.value().starts_with('#')) {
    if (references.resolve(at, at.value()).resource == nullptr)
      visit.say(diag::Code::validate_reference, at,
                "no contained resource has the id that is referred to",
                "an id is written without #, a reference to it with it");
    return;
  }
  const auto targets = visit.definitions.targets(visit.definitions.element_at(at.def));
  if (targets.empty()) return;
  const auto type = type_of_canonical(at, visit, context, references);
  if (type.empty() || std::any_of(targets.begin(), targets.end(), [&](auto target) {
        return visit.definitions.name(target) == type;
      }))
    return;
  std::string allowed;
  for (const auto target : targets)
    allowed += (allowed.empty() ? "" : ", ") + std::string(visit.definitions.name(target));
  visit.say(diag::Code::validate_reference, at, "this is the URL of a " + std::string(type),
            "allowed are: " + allowed);
}

}  // namespace paraneo::validate
