// Cuts the texts of an import into resources: Bundles, Bundles in Bundles, single resources, and
// the word that one was deleted (FHIR R4 3.1.0.11).
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "diag/diagnostic.h"
#include "record/gather/chart_entry.h"

namespace paraneo::record {

// What one text of an input is cut into. Bundles are numbered from 1 (ChartEntry::scope).
struct ReadText {
  std::string name;  // of the input
  std::vector<std::pair<ChartEntry, EntryLinks>> entries;
  std::size_t bundles = 0;
};

// What is neither a Bundle nor a resource is reported and costs nothing else. Each resource is a
// copy of its text, in which single values that nobody can hold were replaced: ChartEntry::faults.
// May be called by many threads.
ReadText read_entries(const Source& text, const Limits& limits, diag::Sink& sink);

}  // namespace paraneo::record
