// What of one resource is not in another: the elements that an import could not keep.
#pragma once

#include <vector>

#include "element/element.h"

namespace paraneo::record {

// The outermost elements of `original` that `again` does not have. What says nothing about the
// patient (id, meta, narrative) or is derived (the display of a code) is not asked for.
std::vector<const element::Element*> losses(const definition::Definitions& definitions,
                                            const element::Element& original,
                                            const element::Element& again);

}  // namespace paraneo::record
