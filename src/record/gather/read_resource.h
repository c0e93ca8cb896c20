// The resource of a chart's entry as elements of R4, and what had to be left out of it.
#pragma once

#include "base/budget.h"
#include "element/element.h"
#include "record/gather/account.h"
#include "record/gather/chart_entry.h"

namespace paraneo::record {

// Null, with a report, for what is no resource at all. What cannot be read as an element of R4
// costs itself: elements that R4 does not have or that have the wrong shape, values that nobody can
// hold (ChartEntry::faults), and each of two values of which one may be there, as nobody knows
// which is meant. Each is reported with its path in the input, and lost to the account (null:
// nobody asks). `gaps` gets the items of lists that were left out. Lives in the arena and points
// into the entry.
element::Element* read_resource(const definition::Definitions& definitions, const ChartEntry& entry,
                                const Limits& limits, const Budget& budget, Account* account,
                                ListGaps& gaps, Arena& arena, diag::Sink& sink);

}  // namespace paraneo::record
