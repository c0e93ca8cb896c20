// Whether the unit codes of a record mean the units that are printed beside them.
#pragma once

#include <vector>

#include "diag/diagnostic.h"
#include "record/record_maps.h"
#include "validate/finding.h"

namespace paraneo::record {

// Reports each `unitCode` and `perUnitCode` that is of another dimension or size than the printed
// unit, as far as the ConceptMap of units knows that one, and adds it to `findings`: an error, but
// a warning in a fact that was imported (`origin`), whose sender alone knows which of the two is
// meant. Arbitrary and enzyme units are printed for each other and are not judged. Costs time in
// proportion to the record. `source` is the text that the record came from; null when it was made
// here.
void check_unit_codes(const RecordMaps& maps, const element::Element& record, const Source* source,
                      diag::Sink& sink, std::vector<validate::Finding>& findings);

}  // namespace paraneo::record
