// Walks the tree and asks each family of rules. Entry point: Validator::validate(). Depth is
// bounded by the JSON reader.
#include "validate/validate.h"

#include <algorithm>
#include <functional>

#include "validate/definition_rule.h"
#include "validate/differential.h"
#include "validate/families.h"
#include "validate/operation_profile.h"
#include "validate/walk_profiles.h"

namespace paraneo::validate {

namespace {

std::optional<terminology::CodeConsultation> consultation_of(const Context& context) {
  if (context.codes == nullptr) return std::nullopt;
  return std::optional<terminology::CodeConsultation>(std::in_place, *context.codes);
}

}  // namespace

Validator::Validator(const Context& context)
    : context_(context), definitions_(context.engine.definitions()), names_(definitions_),
      consultation_(consultation_of(context)),
      codes_(context.value_sets, consultation_ ? &*consultation_ : nullptr),
      terminology_(context.engine.terminology(), codes_), bindings_(context, names_, codes_),
      invariants_(context, names_, consultation_ ? &terminology_ : nullptr) {
  if (context.profiles == nullptr) return;
  profiles_.emplace(definitions_, *context.profiles, codes_, context.limits,
                    [this](const element::Element& at, const Nodes& nodes, Visit& visit) {
                      element(at, nodes, visit);
                    });
  slices_.emplace(*profiles_);
  invariants_.ask(*profiles_, *slices_);
  bounds_.emplace(context.engine, context.limits);
  answers_.emplace(context.engine, codes_, context.limits, context.canonicals);
  measure_reports_.emplace(definitions_, names_, context.canonicals);
}

void Validator::begin() {
  findings_.clear();
  references_.emplace(definitions_, names_);
  if (profiles_) profiles_->begin(*references_);
  if (answers_) answers_->begin();
}

// What a code is called is asked once it is known, and what a rule asks may depend on an answer
// before.
void Validator::consult(const element::Element& root, const Source* source, Arena& arena,
                        const Clock* clock) {
  constexpr int kRoundsMax = 5;
  if (!consultation_) return;
  consultation_->begin();
  for (int round = 0; round < kRoundsMax; ++round) {
    const auto mark = arena.mark();
    diag::Sink unheard(1);
    const Budget budget(context_.limits, arena, clock);
    walk(root, source, arena, unheard, &budget);
    arena.rewind(mark);
    if (limit_ || !consultation_->ask()) break;
  }
  consultation_->end();
}

bool Validator::validate(const element::Element& root, const Source* source, Arena& arena,
                         diag::Sink& sink, const Budget* budget) {
  const auto errors = sink.errors();
  walk(root, source, arena, sink, budget);
  // The next input asks for itself.
  if (consultation_) consultation_->forget();
  return sink.errors() == errors;
}

void Validator::walk(const element::Element& root, const Source* source, Arena& arena,
                     diag::Sink& sink, const Budget* budget) {
  begin();
  Visit visit{definitions_,   names_,          root,
              source,         arena,           sink,
              findings_,      context_.policy, context_.profiles != nullptr,
              context_.level, budget,          TimeCheck(budget)};
  element(root, {}, visit);
  limit_ = std::move(visit.limit);
}

void Validator::element(const element::Element& at, const Nodes& nodes, Visit& visit) {
  if (visit.is_over() || (visit.policy.skips_contained && at.name == names_.contained)) return;
  if (visit.time.is_late())
    return visit.stop(
        at,
        "the time for one input is over: " + std::to_string(visit.budget->time_ms_max()) + " ms",
        limit_advice("time"));
  // A resource has its type, and is held to what that asks for.
  if (at.empty() && at.parent != nullptr && !definitions_.is_resource(at.type)) {
    // Reading a text has reported this already.
    if (visit.source == nullptr)
      visit.report(diag::Code::validate_cardinality, at,
                   "an element without a value and without children");
    return;
  }
  // Inside of a Bundle, each entry's resource is a root of its own.
  const auto* outer = visit.root_resource;
  if (at.parent == nullptr || (at.name != names_.contained && definitions_.is_resource(at.type)))
    visit.root_resource = &at;
  if (!visit.only_profiles) check(at, visit);
  if (!profiles_) {
    for (const auto* child = at.first; child != nullptr; child = child->next)
      element(*child, nodes, visit);
  } else {
    auto all = nodes;
    if (!visit.only_profiles) profiles_->add_own(at, context_.of_root, all, visit);
    profiles_->add_of_types(at, all, visit);
    check(at, all, visit);
    children(at, all, visit);
  }
  visit.root_resource = outer;
}

void Validator::check(const element::Element& at, const Nodes& nodes, Visit& visit) {
  bindings_.check_extensible(at, nodes, visit);
  bindings_.check(at, nodes, visit);
  for (const auto* node : nodes) {
    profiles_->check(at, *node, visit);
    bounds_->check(at, *node, visit);
    invariants_.check(at, *node, visit);
  }
}

void Validator::children(const element::Element& at, const Nodes& nodes, Visit& visit) {
  if (nodes.empty() && visit.only_profiles) return;
  const auto assigned = slices_->assign(at, nodes, visit);
  Nodes of_child;
  for (const auto* child = at.first; child != nullptr; child = child->next) {
    of_child.clear();
    auto found = std::lower_bound(
        assigned.begin(), assigned.end(), child,
        [](const auto& each, const auto* wanted) { return std::less<>()(each.child, wanted); });
    for (; found != assigned.end() && found->child == child; ++found)
      of_child.push_back(found->node);
    element(*child, of_child, visit);
  }
}

void Validator::check(const element::Element& at, Visit& visit) {
  check_cardinality(at, visit);
  if (definitions_.is_primitive(at.type)) check_primitive(at, visit, context_.profiles != nullptr);
  if (at.parent != nullptr) bindings_.check(at, visit);
  invariants_.check(at, visit);
  if (!profiles_) return;
  bindings_.check_code(at, visit);
  check_reference(at, visit, *references_);
  check_contained_ids(at, visit);
  check_datatype(at, visit);
  check_element_id(at, visit, *references_);
  check_bundle(at, visit);
  check_narrative(at, visit);
  // Few elements are of these kinds.
  if (at.type == names_.extension_type) check_narrative_link(at, visit, *references_);
  if (at.name == names_.group) check_structure_map(at, visit);
  check_extension(at, visit);
  check_canonical(at, visit, context_, *references_);
  check_forbidden(at, visit);
  check_differential(at, visit);
  check_definition(at, *context_.profiles, profiles_->built(), visit);
  check_operation_profiles(at, profiles_->built(), visit);
  answers_->check(at, visit, *references_);
  measure_reports_->check(at, visit, *references_);
}

std::optional<bool> Validator::conforms(const element::Element& at, std::string_view profile_url,
                                        Arena& arena) {
  begin();
  if (!profiles_) return std::nullopt;
  diag::Sink sink(0);
  Visit visit{
      definitions_,         names_, at, nullptr, arena, sink, findings_, context_.policy, true,
      diag::Severity::error};
  return WalkProfiles(*profiles_, *slices_, visit).conforms(at, profile_url);
}

fhirpath::ProfilePort::InSlice Validator::in_slice(const element::Element& at,
                                                   std::string_view profile_url,
                                                   std::string_view slice, Arena& arena) {
  begin();
  if (!profiles_) return fhirpath::ProfilePort::InSlice::no_profile;
  diag::Sink sink(0);
  Visit visit{
      definitions_,         names_, at, nullptr, arena, sink, findings_, context_.policy, true,
      diag::Severity::error};
  return WalkProfiles(*profiles_, *slices_, visit).in_slice(at, profile_url, slice);
}

}  // namespace paraneo::validate
