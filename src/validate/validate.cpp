// Walks the tree and asks each family of rules. Entry point: Validator::validate(). Depth is
// bounded by the JSON reader.
#include "validate/validate.h"

#include <algorithm>
#include <functional>

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
      terminology_(context.engine.terminology(), codes_) {
  if (context.profiles == nullptr) return;
  profiles_.emplace(definitions_, *context.profiles, codes_, context.limits,
                    [this](const element::Element& at, const Nodes& nodes, Visit& visit) {
                      element(at, nodes, visit);
                    });
  answers_.emplace(context.engine, codes_, context.limits, context.canonicals);
}

void Validator::begin() {
  failures_.clear();
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
    if (was_stopped_ || !consultation_->ask()) break;
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
              failures_,      context_.policy, context_.profiles != nullptr,
              context_.level, budget,          TimeCheck(budget)};
  element(root, {}, visit);
  was_stopped_ = visit.is_over;
}

void Validator::element(const element::Element& at, const Nodes& nodes, Visit& visit) {
  if (visit.is_over || (visit.policy.skips_contained && at.name == names_.contained)) return;
  if (visit.time.is_late())
    return visit.stop(
        at,
        "the time for one input is over: " + std::to_string(visit.budget->time_ms_max()) + " ms",
        limit_advice("time"));
  if (at.empty() && at.parent != nullptr) {
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
  check_extensible(at, nodes, visit);
  for (const auto* node : nodes) {
    profiles_->check(at, *node, visit);
    check_binding(at, *node, visit);
    const auto& invariants = invariants_of_node(*node);
    // What a profile says of a resource inside of another one is said in that one's name.
    const auto is_inner =
        node != &node->profile->root && at.parent != nullptr && definitions_.is_resource(at.type);
    if (!invariants.empty())
      check_invariants(invariants, at, visit, is_inner ? resource_around(*at.parent) : nullptr);
  }
}

const element::Element* Validator::resource_around(const element::Element& at) const {
  const auto* found = &at;
  while (found->parent != nullptr && !definitions_.is_resource(found->type)) found = found->parent;
  return found;
}

void Validator::children(const element::Element& at, const Nodes& nodes, Visit& visit) {
  if (nodes.empty() && visit.only_profiles) return;
  const auto assigned = profiles_->assign(at, nodes, visit);
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
  if (definitions_.is_primitive(at.type)) check_primitive(at, visit);
  if (at.parent != nullptr) check_binding(at, visit);
  check_invariants(at, visit);
  if (!profiles_) return;
  check_code(at, visit);
  check_reference(at, visit, *references_);
  check_datatype(at, visit);
  check_bundle(at, visit);
  check_narrative(at, visit);
  // Few elements are of these kinds.
  if (at.type == names_.extension_type) check_narrative_link(at, visit, *references_);
  if (at.name == names_.group) check_structure_map(at, visit);
  check_extension(at, visit);
  check_canonical(at, visit);
  check_forbidden(at, visit);
  profiles_->check_definition(at, visit);
  answers_->check(at, visit, *references_);
}

}  // namespace paraneo::validate
