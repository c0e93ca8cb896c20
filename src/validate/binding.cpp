// Codes of required bindings (FHIR R4 4.1.5.1). Value sets that cannot be listed are not judged.
#include <algorithm>

#include "validate/validate.h"

namespace paraneo::validate {
namespace {

struct CodeAt {
  std::string_view system, code;
};

}  // namespace

void Validator::check_binding(const element::Element& element, const Visit& visit) {
  const auto& def = definitions_.element_at(element.def);
  if (def.strength != definition::BindingStrength::required || def.binding == 0) return;
  const auto url = definitions_.text(def.binding);
  if (!context_.value_sets.knows(url)) return;
  const auto text = [&](const element::Element& parent, std::string_view name) -> std::string_view {
    const auto* child = parent.child(definitions_.find_symbol(name));
    return child == nullptr ? std::string_view() : child->value();
  };
  std::vector<CodeAt> codes;
  if (definitions_.is_primitive(element.type)) {
    if (element.has_value) codes.push_back({{}, element.value()});
  } else if (definitions_.type_name(element.type) == "Coding") {
    codes.push_back({text(element, "system"), text(element, "code")});
  } else if (definitions_.type_name(element.type) == "CodeableConcept") {
    for (const auto* c = element.first; c != nullptr; c = c->next)
      if (c->name == definitions_.find_symbol("coding")) codes.push_back({text(*c, "system"), text(*c, "code")});
  }
  if (codes.empty()) return;
  for (const auto& code : codes)
    if (context_.value_sets.contains(url, code.system, code.code) == true) return;
  std::string advice = "one of: ";
  constexpr std::size_t kShown = 20;
  const auto some = context_.value_sets.some_codes(url, kShown + 1);
  for (std::size_t i = 0; i < std::min(some.size(), kShown); ++i) advice += (i > 0 ? ", " : "") + std::string(some[i]);
  if (some.size() > kShown) advice += ", …";
  report(visit, diag::Code::validate_binding, element, "the code is not in the value set " + std::string(url), std::move(advice));
}

}  // namespace paraneo::validate
