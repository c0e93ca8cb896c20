#include "record/gather/cohort.h"

#include <algorithm>

#include "base/clock.h"
#include "syntax/parse_expression.h"

namespace paraneo::record {
namespace {

using fhirpath::Collection;
using fhirpath::Item;

}  // namespace

std::shared_ptr<const Cohort> Cohort::compile(std::string expression,
                                              const fhirpath::Engine& engine,
                                              const terminology::ValueSets& value_sets,
                                              const Limits& limits, diag::Sink& sink) {
  const std::shared_ptr<Cohort> cohort(new Cohort(std::move(expression), engine, value_sets));
  Arena arena;
  const auto* tree = syntax::parse_expression(cohort->source_, arena, limits, sink);
  if (tree == nullptr) return nullptr;
  cohort->program_ = engine.compile(*tree, {}, sink);
  return cohort->program_ == nullptr ? nullptr : cohort;
}

std::optional<bool> Cohort::holds(const element::Element& bundle,
                                  const std::vector<const element::Element*>& context,
                                  const Limits& limits, Arena& arena, diag::Sink& sink) const {
  const auto& definitions = engine_.definitions();
  Collection input(Item::of(&bundle));
  const auto resource = definitions.find_symbol("resource");
  for (const auto* entry = bundle.first; entry != nullptr; entry = entry->next)
    if (const auto* each = entry->child(resource)) input.push(arena, Item::of(each));
  for (const auto* each : context) input.push(arena, Item::of(each));
  const fhirpath::KnownTerminology terminology(&value_sets_);
  const Budget budget(limits, arena, &steady_clock());
  fhirpath::Environment environment{arena, limits, std::nullopt, nullptr, nullptr, {}};
  environment.terminology = &terminology;
  environment.budget = &budget;
  const auto result = engine_.evaluate(*program_, input, environment, sink);
  if (!result) return std::nullopt;
  return std::any_of(result->begin(), result->end(), [&](const Item& item) {
    return fhirpath::is_true(engine_, Collection(item), arena);
  });
}

}  // namespace paraneo::record
