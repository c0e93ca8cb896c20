// Walks the tree and asks each family of rules. Entry point: Validator::validate(). Depth is
// bounded by the JSON reader.
#include "element/path.h"
#include "validate/validate.h"

#include "element/message_place.h"

namespace paraneo::validate {

Validator::Validator(const Context& context) : context_(context), definitions_(context.engine.definitions()) {}

bool Validator::validate(const element::Element& root, const Source* source, Arena& arena, diag::Sink& sink) {
  failures_.clear();
  const auto errors = sink.errors();
  element(root, Visit{root, source, arena, sink});
  return sink.errors() == errors;
}

void Validator::element(const element::Element& at, const Visit& visit) {
  if (at.empty() && at.parent != nullptr) {
    // Reading a text has reported this already.
    if (visit.source == nullptr)
      report(visit, diag::Code::validate_cardinality, at, "an element without a value and without children");
    return;
  }
  check_cardinality(at, visit);
  if (definitions_.is_primitive(at.type)) check_primitive(at, visit);
  if (at.parent != nullptr) check_binding(at, visit);
  check_invariants(at, visit);
  for (const auto* child = at.first; child != nullptr; child = child->next) element(*child, visit);
}

void Validator::report(const Visit& visit, diag::Code code, const element::Element& at, std::string message,
                       std::string advice, diag::Severity severity) {
  Span span;
  if (visit.source != nullptr) span = {visit.source, at.offset, at.offset + 1};
  if (severity == diag::Severity::error) failures_.push_back(&at);
  auto pointer = pointer_for(visit.sink, definitions_, at);
  visit.sink.report({code, severity, std::move(message), span, pointer.empty() ? "/" : std::move(pointer), std::move(advice)});
}

}  // namespace paraneo::validate
