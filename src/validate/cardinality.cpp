// How many there must and may be (ElementDefinition.min, max).
#include "diag/counted.h"
#include "validate/families.h"

namespace paraneo::validate {

void check_cardinality(const element::Element& element, Visit& visit) {
  // Children stand in the order of the definitions.
  const auto* next = element.first;
  for (const auto& def : visit.definitions.elements(element.type)) {
    const auto index = visit.definitions.index_of(def);
    while (next != nullptr && next->def < index) next = next->next;
    std::uint32_t count = 0;
    for (; next != nullptr && next->def == index; next = next->next) ++count;
    if (count >= def.min && count <= def.max) continue;
    const auto name = "\"" + std::string(visit.definitions.name(def.name)) + "\"";
    if (count < def.min)
      visit.report(diag::Code::validate_cardinality, element,
                   std::string(visit.definitions.type_name(element.type)) + " needs " + name +
                       (def.min > 1 ? " at least " + std::to_string(def.min) + " times" : ""));
    if (count > def.max)
      visit.report(diag::Code::validate_cardinality, element,
                   name + " is there " + diag::counted(count, "time") + "; at most " +
                       std::to_string(def.max) + " allowed");
  }
}

}  // namespace paraneo::validate
