// Before a map sees foreign FHIR: its resources by patient, each with a key, references by key.
#pragma once

#include <vector>

#include "element/element.h"

namespace paraneo::record {

// One bundle for each patient of the input (a Bundle or a single resource), in order of appearance.
// Resources of no patient are reported as ignored. Resources without an identifier of ours get one:
// their type and id are the key, the patient's id is the record.
std::vector<element::Element*> gather(const definition::Definitions& definitions, const element::Element& input, const Source& source,
                                   Arena& arena, diag::Sink& sink);

}  // namespace paraneo::record
