// FHIR to case records. What a record cannot hold is found by exporting the record again and
// comparing: every element of the input is in the record, derived from it, or reported.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "record/gather/bundle_of_chart.h"
#include "record/record.h"
#include "record/unmapped.h"

namespace paraneo::record {

struct Imported {
  std::string record_id;
  std::string json;
  std::map<std::string, std::size_t, std::less<>> resources;  // imported, by type
  LeftOut left_out;  // by written lists
};

// One per thread. The maps must outlive it.
class Importer {
 public:
  Importer(const RecordMaps& maps, const Limits& limits)
      : maps_(maps), written_list_(maps.definitions(), maps.knowledge().value_sets()), limits_(limits), reader_(maps, limits) {}

  // One patient's chart. Everything that does not become part of the record is in the sink:
  // import-not-a-fact, import-ignored, import-lost, import-set-aside, or an error. An element or a
  // resource that the record cannot hold costs itself and nothing else; none only when a limit was
  // reached, or nothing valid is left.
  std::optional<Imported> run(const Charts& charts, const Chart& chart, diag::Sink& sink);
  // All charts of one text.
  std::vector<Imported> run(const Source& source, diag::Sink& sink);

  const UnmappedCodes& unmapped() const { return unmapped_; }

 private:
  element::Element* record_of(const ChartBundle& gathered, diag::Sink& sink);
  enum class Round { valid, again, refused };
  Round set_aside(ChartBundle& gathered, element::Element& record, diag::Sink& sink);
  Round find_culprit(ChartBundle& gathered, const diag::Sink& found, diag::Sink& sink);
  void report_losses(const ChartBundle& gathered, const element::Element& record, Imported& out, diag::Sink& sink);

  const RecordMaps& maps_;
  const WrittenList written_list_;
  const Limits limits_;
  Limits allowed_;  // what the chart that is worked on may cost
  RecordReader reader_;
  Arena arena_;
  UnmappedCodes unmapped_;
};

}  // namespace paraneo::record
