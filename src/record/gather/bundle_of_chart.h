// One patient's chart as a Bundle that a map can read: what may not be believed is left out, each
// resource has a key, and references between them are by key.
#pragma once

#include <vector>

#include "element/element.h"
#include "record/gather/chart.h"
#include "terminology/value_set.h"

namespace paraneo::record {

struct ChartBundle {
  // One resource of the Bundle and where it comes from: offsets are in entry->text.
  struct Part {
    const ChartEntry* entry = nullptr;
    element::Element* resource = nullptr;
  };
  element::Element* bundle = nullptr;
  std::vector<Part> parts;
  LeftOut left_out;  // identifiers by which everybody knows a person
};

// Never fails: what cannot be used is reported with its place, and costs itself only. Lives in the
// arena and points into the chart.
ChartBundle bundle_of(const Charts& charts, const Chart& chart, const definition::Definitions& definitions,
                      const terminology::ValueSets& value_sets, const Limits& limits, Arena& arena, diag::Sink& sink);

}  // namespace paraneo::record
