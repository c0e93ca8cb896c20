#include "record/references.h"

namespace paraneo::record {
namespace {

struct Names {
  definition::TypeId reference_type;
  definition::Symbol reference;
};

void collect(const Names& names, element::Element& element, std::vector<element::Element*>& to) {
  if (element.type == names.reference_type)
    if (auto* reference = element.child(names.reference);
        reference != nullptr && reference->has_value)
      to.push_back(reference);
  for (auto* c = element.first; c != nullptr; c = c->next) collect(names, *c, to);
}

}  // namespace

std::vector<element::Element*> references_in(const definition::Definitions& definitions,
                                             element::Element& element) {
  std::vector<element::Element*> out;
  collect({definitions.find_type("Reference"), definitions.find_symbol("reference")}, element, out);
  return out;
}

}  // namespace paraneo::record
