// Every Reference.reference below an element.
#pragma once

#include <vector>

#include "element/element.h"

namespace paraneo::record {

// The primitive elements that hold the references, in order. Those of resources inside (contained,
// entries) too.
std::vector<element::Element*> references_in(const definition::Definitions& definitions,
                                             element::Element& element);

}  // namespace paraneo::record
