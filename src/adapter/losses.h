// What of one resource is not in another: the elements that an import could not keep.
#pragma once

#include <vector>

#include "fhir/element.h"

namespace paraneo::adapter {

// The outermost elements of `original` that `again` does not have. What says nothing about the
// patient (id, meta, narrative) or is derived (the display of a code) is not asked for.
std::vector<const fhir::Element*> losses(const fhir::Definitions& definitions, const fhir::Element& original,
                                         const fhir::Element& again);

}  // namespace paraneo::adapter
