// How many there must and may be (ElementDefinition.min, max).
#include "diag/counted.h"
#include "validate/validate.h"

namespace paraneo::validate {

void Validator::check_cardinality(const element::Element& element, Visit& visit) {
  for (const auto& def : definitions_.elements(element.type)) {
    if (def.min == 0 && def.max == definition::kUnbounded) continue;
    std::uint32_t count = 0;
    for (const auto* c = element.first; c != nullptr; c = c->next) count += c->name == def.name ? 1U : 0U;
    const auto name = "\"" + std::string(definitions_.name(def.name)) + "\"";
    if (count < def.min)
      visit.report(diag::Code::validate_cardinality, element,
             std::string(definitions_.type_name(element.type)) + " needs " + name +
                 (def.min > 1 ? " at least " + std::to_string(def.min) + " times" : ""));
    if (count > def.max)
      visit.report(diag::Code::validate_cardinality, element,
             name + " is there " + diag::counted(count, "time") + "; at most " + std::to_string(def.max) + " allowed");
  }
}

}  // namespace paraneo::validate
