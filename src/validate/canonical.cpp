// Canonical references (FHIR R4 2.3.0.3): what is contained must be there, and what is known must
// be of the right type.
#include <algorithm>

#include "validate/validate.h"

namespace paraneo::validate {

// Empty where nothing of that URL is known.
std::string_view Validator::type_of_canonical(const element::Element& at) {
  const auto url = at.value();
  if (const auto* found = references_->by_canonical(at, url); found != nullptr)
    return definitions_.type_name(found->type);
  if (const auto* found = context_.canonicals == nullptr ? nullptr : context_.canonicals->find(url);
      found != nullptr)
    return definitions_.type_name(found->type);
  if (context_.value_sets.knows(url)) return "ValueSet";
  if (context_.value_sets.code_systems().contains(url, {})) return "CodeSystem";
  return context_.profiles->find(url).empty() ? std::string_view() : "StructureDefinition";
}

void Validator::check_canonical(const element::Element& at, Visit& visit) {
  if (at.type != names_.canonical || !at.has_value || at.parent == nullptr) return;
  if (at.value().starts_with('#')) {
    if (references_->resolve(at, at.value()).resource == nullptr)
      visit.say(diag::Code::validate_reference, at,
                "no contained resource has the id that is referred to",
                "an id is written without #, a reference to it with it");
    return;
  }
  const auto targets = definitions_.targets(definitions_.element_at(at.def));
  if (targets.empty()) return;
  const auto type = type_of_canonical(at);
  if (type.empty() || std::any_of(targets.begin(), targets.end(),
                                  [&](auto target) { return definitions_.name(target) == type; }))
    return;
  std::string allowed;
  for (const auto target : targets)
    allowed += (allowed.empty() ? "" : ", ") + std::string(definitions_.name(target));
  visit.say(diag::Code::validate_reference, at, "this is the URL of a " + std::string(type),
            "allowed are: " + allowed);
}

}  // namespace paraneo::validate
