// Codes of required bindings (FHIR R4 4.1.5.1). Value sets that cannot be listed are not judged. The
// codes of a logical model's concepts are open (extensible): one that is known, but for another place,
// is an error; one that nobody knows is a warning.
#include <algorithm>
#include <limits>

#include "diag/suggest.h"
#include "validate/validate.h"

namespace paraneo::validate {
namespace {

struct CodeAt {
  std::string_view system, code;
};

// Empty where they cannot be listed.
std::string some_of(const terminology::ValueSets& sets, std::string_view url) {
  constexpr std::size_t kShown = 20;
  const auto all = sets.some_codes(url, std::numeric_limits<std::size_t>::max());
  if (all.empty()) return {};
  std::string out = "one of: ";
  for (std::size_t i = 0; i < std::min(all.size(), kShown); ++i) out += (i > 0 ? ", " : "") + std::string(all[i]);
  return all.size() > kShown ? out + ", … (" + std::to_string(all.size()) + " codes)" : out;
}

}  // namespace

// The sets that a model names for its places.
const std::vector<std::string_view>& Validator::places() {
  if (!places_.empty()) return places_;
  for (definition::TypeId type = 1; type < definitions_.type_count(); ++type)
    for (const auto& element : definitions_.elements(type))
      if (const auto url = definitions_.text(element.binding);
          definitions_.is_place_of_codes(element) && std::find(places_.begin(), places_.end(), url) == places_.end())
        places_.push_back(url);
  return places_;
}

void Validator::check_place(const element::Element& element, Visit& visit) {
  const auto* code = element.child(definitions_.find_symbol("code"));
  if (code == nullptr || !code->has_value) return;
  const auto& def = definitions_.element_at(element.def);
  const auto& sets = context_.value_sets;
  const auto url = definitions_.text(def.binding);
  if (sets.contains(url, {}, code->value()) != false) return;
  const auto& all = places();
  const auto knows = [&](std::string_view place) { return sets.contains(place, {}, code->value()) == true; };
  if (std::any_of(all.begin(), all.end(), knows))
    return visit.report(diag::Code::validate_place, *code, "this code may not stand here: its concept is of another kind", some_of(sets, url));
  check_known(*code, url, visit);
}

// Near codes are looked for among those of the place. What was made here has been read before.
void Validator::check_known(const element::Element& code, std::string_view place, Visit& visit) {
  const auto& sets = context_.value_sets;
  const auto known = definitions_.text(definitions_.element_at(code.def).binding);
  if (visit.source == nullptr || sets.contains(known, {}, code.value()) != false) return;
  const auto near = diag::closest(visit.sink, code.value(), sets.some_codes(place, std::numeric_limits<std::size_t>::max()),
                                  [](std::string_view each) { return each; });
  visit.report(diag::Code::validate_unknown_code, code, "nobody here knows this code: it goes on as it is, without a standard code",
         near.empty() ? "--unmapped lists such codes; with text and a coding the fact says what it means" : diag::did_you_mean(near),
         diag::Severity::warning);
}

void Validator::check_binding(const element::Element& element, Visit& visit) {
  const auto& def = definitions_.element_at(element.def);
  if (definitions_.is_place_of_codes(def)) return check_place(element, visit);
  if (def.strength == definition::BindingStrength::extensible && element.has_value && definitions_.is_root(element.parent->type) &&
      !definitions_.is_place_of_codes(definitions_.element_at(element.parent->def)))
    return check_known(element, definitions_.text(def.binding), visit);
  if (def.strength != definition::BindingStrength::required || def.binding == 0) return;
  check_codes(element, definitions_.text(def.binding), visit);
}

// A profile may bind more tightly.
void Validator::check_binding(const element::Element& element, const ProfileNode& node, Visit& visit) {
  if (node.strength != definition::BindingStrength::required || node.value_set.empty()) return;
  if (element.parent != nullptr && !visit.only_profiles) {
    const auto& def = definitions_.element_at(element.def);
    if (def.strength == definition::BindingStrength::required && definitions_.text(def.binding) == node.value_set) return;
  }
  check_codes(element, node.value_set, visit);
}

void Validator::check_codes(const element::Element& element, std::string_view url, Visit& visit) {
  if (!context_.value_sets.knows(url)) {
    if (context_.profiles != nullptr) visit.say(diag::Code::validate_not_checked, element, "the code was not checked: the value set " + std::string(url) + " cannot be listed here");
    return;
  }
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
  visit.report(diag::Code::validate_binding, element, "the code is not in the value set " + std::string(url), some_of(context_.value_sets, url));
}

}  // namespace paraneo::validate
