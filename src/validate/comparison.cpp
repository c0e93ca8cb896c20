#include "validate/comparison.h"

#include <algorithm>
#include <array>

#include "syntax/parse_expression.h"

namespace paraneo::validate {

std::optional<bool> Comparison::holds(std::string_view op, const element::Element& a,
                                      const element::Element& b, Visit& visit) {
  constexpr auto kOperators = std::to_array<std::string_view>({"=", "<", ">", "<=", ">="});
  if (std::find(kOperators.begin(), kOperators.end(), op) == kOperators.end()) return std::nullopt;
  constexpr std::array<std::string_view, 2> kNames{"a", "b"};
  auto& compiled = compiled_[std::string(op)];
  if (compiled.text == nullptr) {
    compiled.text = std::make_unique<Source>(Source{"comparison", "%a " + std::string(op) + " %b"});
    Arena arena;
    diag::Sink sink;
    const auto* tree = syntax::parse_expression(*compiled.text, arena, limits_, sink);
    if (tree != nullptr) compiled.program = engine_.compile(*tree, {0, kNames}, sink);
  }
  if (compiled.program == nullptr) return std::nullopt;
  const auto mark = visit.arena.mark();
  const fhirpath::Collection values[] = {fhirpath::Collection(fhirpath::Item::of(&a)),
                                         fhirpath::Collection(fhirpath::Item::of(&b))};
  const fhirpath::Environment environment{visit.arena, limits_, std::nullopt,
                                          nullptr,     nullptr, values};
  const auto result = engine_.evaluate(*compiled.program, fhirpath::Collection(), environment);
  std::optional<bool> out;
  if (result && !result->empty()) out = fhirpath::is_true(engine_, *result, visit.arena);
  visit.arena.rewind(mark);
  return out;
}

}  // namespace paraneo::validate
