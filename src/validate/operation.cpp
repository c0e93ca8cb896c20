#include "validate/operation.h"

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "format/xml.h"
#include "validate/outcome.h"

namespace paraneo::validate {
namespace {

// "Elements must always appear in the order documented" (FHIR R4 2.6.1): who only reads a text
// takes what it says all the same.
void hold_to_order(diag::Sink& sink) {
  const auto is_of_order = [](const diag::Diagnostic& each) {
    return each.code == diag::Code::xml_order;
  };
  if (std::none_of(sink.all().begin(), sink.all().end(), is_of_order)) return;
  auto all = sink.all();
  sink.clear();
  for (auto& each : all) {
    if (is_of_order(each)) each.severity = diag::Severity::error;
    sink.report(std::move(each));
  }
}

}  // namespace

Operation::Operation(const Known& known)
    : context_{known.engine,
               known.value_sets,
               limits_,
               &known.profiles,
               {},
               diag::Severity::information,
               known.canonicals,
               {},
               known.codes},
      validator_(context_) {}

bool Operation::check(const Source& text, const Call& call, diag::Sink& sink) {
  limits_ = call.limits;
  context_.of_root = call.profiles;
  context_.level = call.level;
  context_.policy = call.policy;
  arena_.reset();
  const Budget reading(limits_, arena_, &steady_clock());
  const auto* root =
      format::read(context_.engine.definitions(), text, {}, limits_, arena_, sink, &reading);
  if (root == nullptr) return sink.ok();
  hold_to_order(sink);
  validator_.consult(*root, &text, arena_, &steady_clock());
  const Budget judging(limits_, arena_, &steady_clock());
  validator_.validate(*root, &text, arena_, sink, &judging);
  if (validator_.limit()) {
    sink.clear();
    sink.report(*validator_.limit());
  }
  return sink.ok();
}

std::string Operation::outcome(const Source& text, const Call& call) {
  diag::Sink sink(call.limits.diagnostics_max);
  check(text, call, sink);
  return outcome_json(sink, text.name);
}

}  // namespace paraneo::validate
