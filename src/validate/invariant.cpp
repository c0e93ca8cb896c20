// Constraints written in FHIRPath (ElementDefinition.constraint). One that cannot be compiled or
// evaluated is reported as such and judged neither way.
#include <utility>

#include "syntax/parse_expression.h"
#include "validate/validate.h"

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

}  // namespace

std::vector<Validator::Invariant> Validator::compile(
    std::span<const definition::ConstraintDef> constraints) {
  std::vector<Invariant> out;
  for (const auto& constraint : constraints)
    compile(definitions_.text(constraint.key), definitions_.text(constraint.human),
            definitions_.text(constraint.expression), constraint.error, out, true);
  return out;
}

// The texts must live as long as the validator.
void Validator::compile(std::string_view key, std::string_view human, std::string_view expression,
                        bool error, std::vector<Invariant>& to, bool is_of_type) {
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

const std::vector<Validator::Invariant>& Validator::invariants_of_node(const ProfileNode& node) {
  const auto [place, is_new] = by_node_.try_emplace(&node);
  if (is_new)
    for (const auto& each : node.constraints)
      compile(each.key, each.human, each.expression, each.error, place->second);
  return place->second;
}

const std::vector<Validator::Invariant>& Validator::invariants_of_type(definition::TypeId type) {
  if (type < by_type_.size() && by_type_[type] != nullptr) return *by_type_[type];
  std::vector<Invariant> all;
  for (auto t = type; t != 0; t = definitions_.type(t).base) {
    auto own = compile(definitions_.constraints(definitions_.type(t)));
    all.insert(all.end(), std::make_move_iterator(own.begin()), std::make_move_iterator(own.end()));
  }
  if (type >= by_type_.size()) by_type_.resize(type + std::size_t{1});
  by_type_[type] = std::make_unique<const std::vector<Invariant>>(std::move(all));
  return *by_type_[type];
}

const std::vector<Validator::Invariant>& Validator::invariants_of_element(std::uint32_t def) {
  if (def < by_element_.size() && by_element_[def] != nullptr) return *by_element_[def];
  if (def >= by_element_.size()) by_element_.resize(def + std::size_t{1});
  by_element_[def] = std::make_unique<const std::vector<Invariant>>(
      compile(definitions_.constraints(definitions_.element_at(def))));
  return *by_element_[def];
}

void Validator::check_invariants(const element::Element& element, Visit& visit) {
  check_invariants(invariants_of_type(element.type), element, visit);
  if (element.parent != nullptr)
    check_invariants(invariants_of_element(element.def), element, visit);
}

void Validator::check_invariants(const std::vector<Invariant>& invariants,
                                 const element::Element& element, Visit& visit,
                                 const element::Element* resource) {
  using diag::Severity;
  for (const auto& invariant : invariants) {
    // dom-2 to dom-5.
    if (visit.policy.skips_contained && invariant.expression.starts_with("contained.")) continue;
    const auto key = std::string(invariant.key);
    if (invariant.program == nullptr) {
      visit.report(diag::Code::validate_invariant, element,
                   "the rule " + key + " could not be checked", {}, Severity::information);
      continue;
    }
    // Nothing of an evaluation outlives its answer.
    const auto mark = visit.arena.mark();
    const fhirpath::Environment environment{
        visit.arena,
        context_.limits,
        std::nullopt,
        resource,
        resource != nullptr && element.name != names_.contained ? resource : visit.root_resource,
        {},
        {},
        consultation_ ? &terminology_ : nullptr,
        nullptr,
        nullptr,
        visit.budget};
    const auto result = context_.engine.evaluate(
        *invariant.program, fhirpath::Collection(fhirpath::Item::of(&element)), environment);
    if (!result) {
      visit.arena.rewind(mark);
      if (result.error().fault == Fault::limit && context_.profiles != nullptr)
        return visit.stop(element, "the rule " + key + " reaches a limit: " + result.error().what,
                          result.error().advice);
      visit.report(diag::Code::validate_invariant, element,
                   "the rule " + key + " could not be checked: " + result.error().what, {},
                   Severity::information);
      continue;
    }
    // What is neither true nor false is no breach: rules of R4 count on it for elements that are
    // not there (bdl-8), and later releases let a period hold whose end is a time of its first day
    // (per-1).
    const auto holds = result->empty() || is_true(context_.engine, *result, visit.arena);
    visit.arena.rewind(mark);
    if (holds) continue;
    const auto rule = std::string(invariant.human) + " (" + key + ")";
    if (element.parent == nullptr && report_offenders(invariant.expression, rule, element, visit))
      continue;
    visit.report(diag::Code::validate_invariant, element, rule, {},
                 invariant.error ? Severity::error : Severity::warning);
  }
}

}  // namespace paraneo::validate
