// Before a map sees foreign FHIR: its resources by patient, each with a key, references by key.
#pragma once

#include <vector>

#include "fhir/element.h"

namespace paraneo::adapter {

// One bundle for each patient of the input (a Bundle or a single resource), in order of appearance.
// Resources of no patient are reported as ignored. Resources without an identifier of ours get one:
// their type and id are the key, the patient's id is the record.
std::vector<fhir::Element*> gather(const fhir::Definitions& definitions, const fhir::Element& input, const Source& source,
                                   Arena& arena, diag::Sink& sink);

}  // namespace paraneo::adapter
