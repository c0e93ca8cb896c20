#include "validate/bindings.h"

#include <algorithm>
#include <limits>

#include "base/canonical.h"

namespace paraneo::validate {
namespace {

// Empty where they cannot be listed.
std::string some_of(const terminology::ValueSets& sets, std::string_view url) {
  constexpr std::size_t kShown = 20;
  const auto all = sets.some_codes(url, std::numeric_limits<std::size_t>::max());
  if (all.empty()) return {};
  std::string out = "one of: ";
  for (std::size_t i = 0; i < std::min(all.size(), kShown); ++i)
    out += (i > 0 ? ", " : "") + std::string(all[i]);
  return all.size() > kShown ? out + ", … (" + std::to_string(all.size()) + " codes)" : out;
}

// Without the version that it is asked for in, where that is what is here.
std::string name_of(const terminology::ValueSets& sets, std::string_view url) {
  return "the value set " +
         std::string(sets.other_version(url).empty() ? without_version(url) : url);
}

// Of a code that its system cannot have.
std::string why_impossible(std::string_view system, std::string_view code) {
  switch (terminology::form_of(system, code)) {
    case terminology::CodeForm::wrong_digit:
      return "its check digit is another one: a digit of it is wrong";
    case terminology::CodeForm::wrong_part:
      return "it is the id of a description or a relationship, not of a concept";
    default: return "the system's codes are of another form";
  }
}

}  // namespace

const std::vector<std::string_view>& Bindings::places() {
  if (!places_.empty()) return places_;
  for (definition::TypeId type = 1; type < definitions_.type_count(); ++type)
    for (const auto& element : definitions_.elements(type))
      if (const auto url = definitions_.text(element.binding);
          definitions_.is_place_of_codes(element) &&
          std::find(places_.begin(), places_.end(), url) == places_.end())
        places_.push_back(url);
  return places_;
}

const diag::NameIndex& Bindings::codes_at(std::string_view place) {
  auto at = near_.find(place);
  if (at == near_.end())
    at = near_.try_emplace(place, context_.value_sets.some_codes(place, diag::kSuggestedNamesMax))
             .first;
  return at->second;
}

void Bindings::check_place(const element::Element& element, Visit& visit) {
  const auto* code = element.child(definitions_.find_symbol("code"));
  if (code == nullptr || !code->has_value) return;
  const auto& def = definitions_.element_at(element.def);
  const auto& sets = context_.value_sets;
  const auto url = definitions_.text(def.binding);
  if (sets.contains(url, {}, code->value()) != false) return;
  const auto& all = places();
  const auto knows = [&](std::string_view place) {
    return sets.contains(place, {}, code->value()) == true;
  };
  if (std::any_of(all.begin(), all.end(), knows))
    return visit.report(diag::Code::validate_place, *code,
                        "this code may not stand here: its concept is of another kind",
                        some_of(sets, url));
  check_known(*code, url, visit);
}

// Any code may be of a system whose codes nobody lists: such a one is as unknown as one that no
// system has. Near codes are looked for among those of the place. What was made here has been read
// before.
void Bindings::check_known(const element::Element& code, std::string_view place, Visit& visit) {
  if (visit.level > diag::Severity::warning) return;
  const auto& sets = context_.value_sets;
  const auto known = definitions_.text(definitions_.element_at(code.def).binding);
  if (visit.source == nullptr || sets.contains(known, {}, code.value()) == true) return;
  const auto near = visit.sink.dropped() > 0 ? "" : codes_at(place).closest(code.value());
  visit.report(
      diag::Code::validate_unknown_code, code,
      "nobody here knows this code: it goes on as it is, without a standard code",
      near.empty()
          ? "--unmapped lists such codes; with text and a coding the fact says what it means"
          : diag::did_you_mean(near),
      diag::Severity::warning);
}

void Bindings::check(const element::Element& element, Visit& visit) {
  const auto& def = definitions_.element_at(element.def);
  if (definitions_.is_place_of_codes(def)) return check_place(element, visit);
  if (def.strength == Strength::extensible && element.has_value &&
      definitions_.is_root(element.parent->type) &&
      !definitions_.is_place_of_codes(definitions_.element_at(element.parent->def)))
    return check_known(element, definitions_.text(def.binding), visit);
  // An extensible one gives way to a profile's: see below.
  if (def.strength == Strength::required)
    check_codes(element, definitions_.text(def.binding), def.strength, visit);
  if (def.maximum != 0) check_maximum(element, definitions_.text(def.maximum), visit);
}

// Other codes than those that are preferred may stand there, but none from outside of this set.
void Bindings::check_maximum(const element::Element& element, std::string_view url, Visit& visit) {
  const auto codes = codes_of(element);
  if (codes.empty() || !std::all_of(codes.begin(), codes.end(), [&](const auto& code) {
        return codes_.contains(url, code) == false;
      }))
    return;
  say_outside(element, url, visit);
}

void Bindings::check_extensible(const element::Element& element, const Nodes& nodes, Visit& visit) {
  if (element.parent == nullptr || visit.only_profiles) return;
  const auto& def = definitions_.element_at(element.def);
  if (def.strength != Strength::extensible || def.binding == 0) return;
  const auto binds = [](const auto* node) {
    return node->strength >= Strength::extensible && !node->value_set.empty();
  };
  if (std::none_of(nodes.begin(), nodes.end(), binds))
    check_codes(element, definitions_.text(def.binding), def.strength, visit);
}

void Bindings::check(const element::Element& element, const Nodes& nodes, Visit& visit) {
  for (auto node = nodes.begin(); node != nodes.end(); ++node)
    if (std::none_of(nodes.begin(), node, [&](const auto* before) {
          return before->value_set == (*node)->value_set && before->strength >= (*node)->strength &&
                 (*node)->additional_bindings.empty();
        }))
      check(element, **node, visit);
}

void Bindings::check(const element::Element& element, const ProfileNode& node, Visit& visit) {
  for (const auto& each : node.additional_bindings)
    if (!each.is_maximum || !codes_of(element).empty())
      check_codes(element, each.value_set, each.strength, visit);
  if (node.value_set.empty()) return;
  if (element.parent != nullptr && !visit.only_profiles) {
    const auto& def = definitions_.element_at(element.def);
    if (def.strength == Strength::required &&
        definitions_.text(def.binding) == without_version(node.value_set) &&
        context_.value_sets.other_version(node.value_set).empty())
      return;
  }
  check_codes(element, node.value_set, strength_for(element, node), visit);
}

// A choice of quantities and codes is bound once: by units, or by codes. Nobody says which, so it
// only warns.
Strength Bindings::strength_for(const element::Element& element, const ProfileNode& node) const {
  if (node.strength != Strength::required || element.parent == nullptr) return node.strength;
  bool has_quantity = false, has_codes = false;
  const auto take = [&](definition::TypeId type) {
    has_quantity = has_quantity || definitions_.is_a(type, names_.quantity);
    has_codes = has_codes || type == names_.codeable_concept || type == names_.coding_type ||
                type == names_.string_type;
  };
  for (const auto& each : node.types) take(each.type);
  if (node.types.empty())
    for (const auto& each : definitions_.types(definitions_.element_at(element.def)))
      take(each.type);
  return has_quantity && has_codes ? Strength::extensible : node.strength;
}

std::vector<terminology::CodeSaid> Bindings::codes_of(const element::Element& element) const {
  std::vector<terminology::CodeSaid> codes;
  const auto add = [&](const element::Element& holder) {
    if (const auto said = Visit::code_of(holder, names_); !said.code.empty()) codes.push_back(said);
  };
  if (element.has_value) codes.push_back({{}, element.value()});
  else if (element.type == names_.coding_type || definitions_.is_a(element.type, names_.quantity))
    add(element);
  else if (element.type == names_.codeable_concept)
    for (const auto* c = element.first; c != nullptr; c = c->next)
      if (c->name == names_.coding) add(*c);
  return codes;
}

void Bindings::check_codes(const element::Element& element, std::string_view url, Strength strength,
                           Visit& visit) {
  const auto is_required = strength == Strength::required;
  // Codes of extensible value sets are to be taken where one of them fits, which only people can
  // tell.
  if (!is_required && (strength != Strength::extensible || context_.profiles == nullptr ||
                       visit.level > diag::Severity::warning))
    return;
  const auto& sets = context_.value_sets;
  const auto codes = codes_of(element);
  if (codes.empty()) {
    // Text alone is no code of the value set; an extension may say why there is none.
    const auto is_coded =
        element.type == names_.codeable_concept || element.type == names_.coding_type;
    if (is_required && is_coded && sets.knows(url) && element.child(names_.extension) == nullptr)
      say_outside(element, url, visit);
    return;
  }
  bool is_open = false;
  for (const auto& code : codes) {
    // Only an element of type code needs no system: a coding without one means nothing.
    if (!element.has_value && code.system.empty()) continue;
    const auto answer = codes_.contains(url, code);
    if (answer == true) return;
    is_open = is_open || !answer;
  }
  if (!is_open && is_required) return say_outside(element, url, visit);
  if (!is_open)
    return visit.report(diag::Code::validate_binding, element,
                        "the code is not in " + name_of(sets, url),
                        "one of its codes is to be used where one fits; else this is right",
                        diag::Severity::warning);
  if (context_.profiles == nullptr || !is_required) return;
  const auto other = sets.other_version(url);
  visit.say(diag::Code::validate_not_checked, element,
            other.empty()
                ? "the code was not checked: not all of " + name_of(sets, url) + " is known here"
                : "the code was not checked: of " + name_of(sets, url) + " version " +
                      std::string(other) + " is here");
}

void Bindings::say_outside(const element::Element& element, std::string_view url, Visit& visit) {
  visit.report(diag::Code::validate_binding, element,
               "the code is not in " + name_of(context_.value_sets, url),
               some_of(context_.value_sets, url));
}

void Bindings::check_code(const element::Element& element, Visit& visit) {
  if (element.has_value ||
      (element.type != names_.coding_type && !definitions_.is_a(element.type, names_.quantity)))
    return;
  const auto said = Visit::code_of(element, names_);
  const auto* code = element.child(names_.code);
  if (said.system.empty() || code == nullptr || !code->has_value) return;
  const auto is_known = codes_.has(said);
  if (is_known == false) say_unknown(*code, said, visit);
  else check_display(element, said, visit);
}

void Bindings::say_unknown(const element::Element& code, const terminology::CodeSaid& said,
                           Visit& visit) {
  const auto& systems = context_.value_sets.code_systems();
  const auto system = said.system;
  const auto is_here = systems.has(system);
  // HL7's terminology grows, and R4 has what there was in 2019.
  const auto near = systems.alike(system, said.code);
  const auto may_be_newer = is_here && near.empty() &&
                            system.starts_with("http://terminology.hl7.org/") &&
                            !systems.is_own(system);
  visit.report(diag::Code::validate_binding, code,
               "the code system " + std::string(system) + " has no such code",
               !near.empty() ? "the code is written \"" + std::string(near) + "\""
               : may_be_newer
                   ? "R4's copy is of 2019: load a newer one (hl7.terminology.r4) with --ig"
               : is_here                                       ? std::string()
               : terminology::is_impossible(system, said.code) ? why_impossible(system, said.code)
                                                               : "says the terminology server",
               may_be_newer ? diag::Severity::warning : diag::Severity::error);
}

// A translation is right, too, and nobody can list those.
void Bindings::check_display(const element::Element& element, const terminology::CodeSaid& said,
                             Visit& visit) {
  const auto* display = element.child(names_.display);
  if (display == nullptr || !display->has_value ||
      (visit.level > diag::Severity::warning && !visit.policy.wrong_displays))
    return;
  const auto is_right = codes_.is_called(said, display->value());
  const auto other = is_right ? std::string_view() : codes_.other_code(said, display->value());
  if (is_right == true || (!is_right && other.empty())) return;
  const auto severity =
      visit.policy.wrong_displays ? diag::Severity::error : diag::Severity::warning;
  visit.report(
      diag::Code::validate_binding, *display,
      other.empty()
          ? "this is not what the code system " + std::string(said.system) + " calls the code"
          : "value sets call another code of " + std::string(said.system) + " so",
      (other.empty() ? "it calls it \"" : "they call this one \"") +
          std::string(codes_.display(said)) + "\"",
      severity);
}

}  // namespace paraneo::validate
