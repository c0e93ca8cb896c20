// Every Reference.reference below an element.
#pragma once

#include <vector>

#include "fhir/element.h"

namespace paraneo::adapter {

// The primitive elements that hold the references, in order. Those of resources inside (contained,
// entries) too.
std::vector<fhir::Element*> references_in(const fhir::Definitions& definitions, fhir::Element& element);

}  // namespace paraneo::adapter
