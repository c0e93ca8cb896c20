// Case records: read, checked, brought into one order.
#pragma once

#include <vector>

#include "record/record_maps.h"
#include "validate/validate.h"

namespace paraneo::record {

inline constexpr std::string_view kRecordVersion = "1";

// One per thread; keeps compiled rules. The maps must outlive it.
class RecordReader {
 public:
  // The maps must outlive it.
  RecordReader(const RecordMaps& maps, const Limits& limits);

  // Null, with diagnostics that name the JSON pointer and what was expected, when the text is no
  // record of this version or breaks the model. The tree lives in the arena and points into the
  // source. `level`: the mildest that is said; what is not said costs nothing.
  element::Element* read(const Source& source, Arena& arena, diag::Sink& sink,
                         diag::Severity level = diag::Severity::information);
  // Whether data that was made here (a record, a bundle) is what its type says.
  bool check(const element::Element& made, Arena& arena, diag::Sink& sink);
  // One for each message of the last check, in their order.
  const std::vector<validate::Finding>& findings() const { return findings_; }

 private:
  element::Element* read_usual(const Source& source, Arena& arena, const Budget& budget);
  element::Element* read_carefully(const Source& source, Arena& arena, const Budget& budget,
                                   diag::Sink& sink);

  const RecordMaps& maps_;
  const Limits limits_;
  validate::Context context_;
  validate::Validator validator_;
  std::vector<validate::Finding> findings_;
};

// Facts in the order of their keys. Their order says nothing; so records compare byte by byte.
void sort_facts(const definition::Definitions& definitions, element::Element& record);

}  // namespace paraneo::record
