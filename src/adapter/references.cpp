#include "adapter/references.h"

namespace paraneo::adapter {
namespace {

struct Names {
  fhir::TypeId reference_type;
  fhir::Symbol reference;
};

void collect(const Names& names, fhir::Element& element, std::vector<fhir::Element*>& to) {
  if (element.type == names.reference_type)
    if (auto* reference = element.child(names.reference); reference != nullptr && reference->has_value) to.push_back(reference);
  for (auto* c = element.first; c != nullptr; c = c->next) collect(names, *c, to);
}

}  // namespace

std::vector<fhir::Element*> references_in(const fhir::Definitions& definitions, fhir::Element& element) {
  std::vector<fhir::Element*> out;
  collect({definitions.find_type("Reference"), definitions.find_symbol("reference")}, element, out);
  return out;
}

}  // namespace paraneo::adapter
