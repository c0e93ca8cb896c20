// Whether the moments of a record that are relative to facts lead anywhere.
#pragma once

#include <vector>

#include "diag/diagnostic.h"
#include "element/element.h"
#include "validate/finding.h"

namespace paraneo::record {

// Reports each circle of moments that are relative to one another, once, and adds the moment where
// it was found to `findings`. An end that is relative to the same fact's beginning is none. Costs
// time in proportion to the facts. `source` is the text that the record came from; null when it was
// made here.
void check_anchors(const definition::Definitions& definitions, const element::Element& record,
                   const Source* source, diag::Sink& sink,
                   std::vector<validate::Finding>& findings);

}  // namespace paraneo::record
