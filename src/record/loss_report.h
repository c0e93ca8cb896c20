// What of a chart is not in its record: the record is exported again, and every element that is not
// there is named.
#pragma once

#include <map>
#include <set>
#include <string>

#include "record/gather/account.h"
#include "record/gather/bundle_of_chart.h"
#include "record/record_maps.h"
#include "record/unmapped.h"

namespace paraneo::record {

// Of one chart; all of it must outlive the call.
struct LossContext {
  const RecordMaps& maps;
  const WrittenList& written_list;
  const Limits& limits;  // what the chart may cost
  Arena& arena;
  Account* account;         // null: nobody asks
  UnmappedCodes& unmapped;  // what has no standard code is told by the record: each once, whatever
                            // was made anew before
  diag::Sink& sink;
};

// What an import took, for the report of what it did not.
struct Kept {
  std::map<std::string, std::size_t, std::less<>> resources;  // that are in the record, by type
  LeftOut left_out;                                           // by written lists
};

// Reports import-lost, import-ignored and import-pending, of each kind the first few. `not_asked`:
// keys of facts that a person's took the place of. When a limit ends the comparison, that is
// reported and nothing called lost.
Kept report_losses(const LossContext& context, const ChartBundle& gathered,
                   const element::Element& record, const std::set<std::string>& not_asked);

}  // namespace paraneo::record
