// Walks the tree and asks each family of rules. Entry point: Validator::validate(). Depth is
// bounded by the JSON reader.
#include "validate/validate.h"

namespace paraneo::validate {

Validator::Validator(const Context& context) : context_(context), definitions_(context.engine.definitions()), names_(definitions_) {}

bool Validator::validate(const element::Element& root, const Source* source, Arena& arena, diag::Sink& sink, const Budget* budget) {
  failures_.clear();
  references_.emplace(definitions_, names_);
  const auto errors = sink.errors();
  Visit visit{definitions_, names_, root, source, arena, sink, failures_, context_.all_families, context_.level, budget, TimeCheck(budget)};
  element(root, visit);
  was_stopped_ = visit.is_over;
  return sink.errors() == errors;
}

void Validator::element(const element::Element& at, Visit& visit) {
  if (visit.is_over) return;
  if (visit.time.is_late())
    return visit.stop(at, "the time for one input is over: " + std::to_string(visit.budget->time_ms_max()) + " ms", limit_advice("time"));
  if (at.empty() && at.parent != nullptr) {
    // Reading a text has reported this already.
    if (visit.source == nullptr)
      visit.report(diag::Code::validate_cardinality, at, "an element without a value and without children");
    return;
  }
  // Inside of a Bundle, each entry's resource is a root of its own.
  const auto* outer = visit.root_resource;
  if (at.parent == nullptr || (at.name != names_.contained && definitions_.is_resource(at.type))) visit.root_resource = &at;
  check(at, visit);
  for (const auto* child = at.first; child != nullptr; child = child->next) element(*child, visit);
  visit.root_resource = outer;
}

void Validator::check(const element::Element& at, Visit& visit) {
  check_cardinality(at, visit);
  if (definitions_.is_primitive(at.type)) check_primitive(at, visit);
  if (at.parent != nullptr) check_binding(at, visit);
  check_invariants(at, visit);
  if (!context_.all_families) return;
  check_reference(at, visit, *references_);
  check_datatype(at, visit);
  check_bundle(at, visit);
  check_narrative(at, visit);
  check_extension(at, visit);
  check_meta(at, visit);
}

}  // namespace paraneo::validate
