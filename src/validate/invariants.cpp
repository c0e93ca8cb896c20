#include "validate/invariants.h"

#include <utility>

#include "syntax/parse_expression.h"
#include "validate/walk_profiles.h"

namespace paraneo::validate {
namespace {

// Expressions of R4 that cannot hold as they are written, and what later releases of FHIR have
// instead.
constexpr std::pair<std::string_view, std::string_view> kCorrected[] = {
    // FHIR's boolean is not System.Boolean.
    {"operator = 'exists' implies (answer is Boolean)",
     "operator = 'exists' implies (answer is boolean)"},
    // "If there are more than one enableWhen".
    {"enableWhen.count() > 2 implies enableBehavior.exists()",
     "enableWhen.count() > 1 implies enableBehavior.exists()"},
};

std::string corrected(std::string_view expression) {
  for (const auto& [wrong, right] : kCorrected)
    if (expression == wrong) return std::string(right);
  return std::string(expression);
}

// A rule of R4 that is nothing but NAME.matches('...') is meant of the whole text, if there is one:
// "Name should be usable as an identifier", "Element names cannot include some special characters".
// Later releases of FHIR write it so.
std::string of_whole_text(std::string_view expression) {
  constexpr std::string_view kCall = ".matches('", kEnd = "')";
  const auto call = expression.find(kCall);
  const auto is_name = call != std::string_view::npos &&
                       expression.substr(0, call).find_first_not_of("abcdefghijklmnopqrstuvwxyz") ==
                           std::string_view::npos;
  if (!is_name || !expression.ends_with(kEnd)) return corrected(expression);
  const auto pattern =
      expression.substr(call + kCall.size(), expression.size() - call - kCall.size() - kEnd.size());
  if (pattern.starts_with('^') || pattern.find(kEnd) != std::string_view::npos)
    return corrected(expression);
  const auto name = std::string(expression.substr(0, call));
  return name + ".exists() implies " + name + ".matches('^(?:" + std::string(pattern) + ")$')";
}

const element::Element* resource_around(const definition::Definitions& definitions,
                                        const element::Element& at) {
  const auto* found = &at;
  while (found->parent != nullptr && !definitions.is_resource(found->type)) found = found->parent;
  return found;
}

}  // namespace

Invariants::List Invariants::compile(std::span<const definition::ConstraintDef> constraints) {
  List out;
  for (const auto& constraint : constraints)
    compile(definitions_.text(constraint.key), definitions_.text(constraint.human),
            definitions_.text(constraint.expression), constraint.error, out, true);
  return out;
}

// The texts must live as long as the validator.
void Invariants::compile(std::string_view key, std::string_view human, std::string_view expression,
                         bool error, List& to, bool is_of_type) {
  // narrative.cpp and reference.cpp say more.
  if (context_.profiles != nullptr && (expression == "htmlChecks()" || key == "ref-1")) return;
  auto source = std::make_unique<Source>();
  source->name = key;
  source->text = is_of_type ? of_whole_text(expression) : corrected(expression);
  Arena arena;
  diag::Sink sink;
  const auto* tree = syntax::parse_expression(*source, arena, context_.limits, sink);
  to.push_back({key, human, expression, error,
                tree == nullptr ? nullptr : context_.engine.compile(*tree, {}, sink)});
  expressions_.push_back(std::move(source));
}

const Invariants::List& Invariants::of_node(const ProfileNode& node) {
  const auto [place, is_new] = by_node_.try_emplace(&node);
  if (is_new)
    for (const auto& each : node.constraints)
      compile(each.key, each.human, each.expression, each.error, place->second);
  return place->second;
}

const Invariants::List& Invariants::of_type(definition::TypeId type) {
  if (type < by_type_.size() && by_type_[type] != nullptr) return *by_type_[type];
  List all;
  for (auto t = type; t != 0; t = definitions_.type(t).base) {
    auto own = compile(definitions_.constraints(definitions_.type(t)));
    all.insert(all.end(), std::make_move_iterator(own.begin()), std::make_move_iterator(own.end()));
  }
  if (type >= by_type_.size()) by_type_.resize(type + std::size_t{1});
  by_type_[type] = std::make_unique<const List>(std::move(all));
  return *by_type_[type];
}

const Invariants::List& Invariants::of_element(std::uint32_t def) {
  if (def < by_element_.size() && by_element_[def] != nullptr) return *by_element_[def];
  if (def >= by_element_.size()) by_element_.resize(def + std::size_t{1});
  by_element_[def] =
      std::make_unique<const List>(compile(definitions_.constraints(definitions_.element_at(def))));
  return *by_element_[def];
}

void Invariants::check(const element::Element& element, Visit& visit) {
  check(of_type(element.type), element, visit);
  if (element.parent != nullptr) check(of_element(element.def), element, visit);
}

void Invariants::check(const element::Element& at, const ProfileNode& node, Visit& visit) {
  const auto& invariants = of_node(node);
  if (invariants.empty()) return;
  // What a profile says of a resource inside of another one is said in that one's name.
  const auto is_inner =
      &node != &node.profile->root && at.parent != nullptr && definitions_.is_resource(at.type);
  check(invariants, at, visit, is_inner ? resource_around(definitions_, *at.parent) : nullptr);
}

void Invariants::check(const List& invariants, const element::Element& element, Visit& visit,
                       const element::Element* resource) {
  for (const auto& invariant : invariants) {
    // dom-2 to dom-5.
    if (visit.policy.skips_contained && invariant.expression.starts_with("contained.")) continue;
    if (!check(invariant, element, visit, resource)) return;
  }
}

bool Invariants::check(const Invariant& invariant, const element::Element& element, Visit& visit,
                       const element::Element* resource) {
  if (invariant.program == nullptr) {
    say_unchecked(invariant, element, {}, visit);
    return true;
  }
  // Nothing of an evaluation outlives its answer.
  const auto mark = visit.arena.mark();
  std::optional<WalkProfiles> profiles;
  if (rules_ != nullptr) profiles.emplace(*rules_, *slices_, visit);
  const fhirpath::Environment environment{
      visit.arena,
      context_.limits,
      std::nullopt,
      resource,
      resource != nullptr && element.name != names_.contained ? resource : visit.root_resource,
      {},
      {},
      terminology_,
      profiles ? &*profiles : nullptr,
      nullptr,
      visit.budget};
  const auto result = context_.engine.evaluate(
      *invariant.program, fhirpath::Collection(fhirpath::Item::of(&element)), environment);
  if (!result) {
    visit.arena.rewind(mark);
    const auto is_over = result.error().fault == Fault::limit && context_.profiles != nullptr;
    if (is_over)
      visit.stop(
          element,
          "the rule " + std::string(invariant.key) + " reaches a limit: " + result.error().what,
          result.error().advice);
    else say_unchecked(invariant, element, ": " + result.error().what, visit);
    return !is_over;
  }
  // What is neither true nor false is no breach: rules of R4 count on it for elements that are not
  // there (bdl-8), and later releases let a period hold whose end is a time of its first day
  // (per-1).
  const auto holds = result->empty() || is_true(context_.engine, *result, visit.arena);
  visit.arena.rewind(mark);
  if (!holds) say_broken(invariant, element, visit);
  return true;
}

void Invariants::say_unchecked(const Invariant& invariant, const element::Element& element,
                               const std::string& why, Visit& visit) const {
  visit.report(diag::Code::validate_invariant, element,
               "the rule " + std::string(invariant.key) + " could not be checked" + why, {},
               diag::Severity::information);
}

void Invariants::say_broken(const Invariant& invariant, const element::Element& element,
                            Visit& visit) {
  const auto rule = std::string(invariant.human) + " (" + std::string(invariant.key) + ")";
  if (element.parent == nullptr && offenders_.report(invariant.expression, rule, element, visit))
    return;
  visit.report(diag::Code::validate_invariant, element, rule, {},
               invariant.error ? diag::Severity::error : diag::Severity::warning);
}

}  // namespace paraneo::validate
