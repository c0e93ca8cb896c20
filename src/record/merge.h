// What becomes of a record's facts when a delta comes: a fact that nobody touched follows its
// source; what a person wrote or changed stays, and a change at the source is a conflict.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "record/gather/bundle_of_chart.h"

namespace paraneo::record {

struct MergeOutcome {
  std::set<std::string> kept;          // keys of facts that were kept although their resource came
  std::vector<std::string> conflicts;  // keys of facts that were kept, and that the source has
                                       // changed
  std::vector<std::string> refusals;   // keys of facts that were kept, and that the source has
                                       // withdrawn
  std::vector<std::string> removed;    // keys of facts that the source has withdrawn
};

// `record` is what the map made of the Bundle: the facts of the delta, and those that it does not
// mention. Facts that are to stay take the place of those of the same key, with the origin that
// came; what then follows its source is signed anew. The order of facts is not kept.
MergeOutcome merge(const definition::Definitions& definitions, Arena& arena,
                   element::Element& record, const Existing& existing, const ChartBundle& gathered);

}  // namespace paraneo::record
