// FHIR to case records. What a record cannot hold is found by exporting the record again and
// comparing: every element of the input is in the record, derived from it, or reported.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "record/export.h"

namespace paraneo::record {

struct Imported {
  std::string record_id;
  std::string json;
  std::map<std::string, std::size_t, std::less<>> resources;  // imported, by type
};

// One per thread.
class Importer {
 public:
  Importer(const Mappings& mappings, const Limits& limits)
      : mappings_(mappings), limits_(limits), reader_(mappings, limits), exporter_(mappings, limits) {}

  // A Bundle, or one resource: one record for each patient in it. Everything that does not become
  // part of a record is in the sink: import-not-a-fact, import-ignored, import-lost, or an error.
  std::vector<Imported> run(const Source& source, diag::Sink& sink);

  const UnmappedCodes& unmapped() const { return unmapped_; }

 private:
  std::optional<Imported> import_patient(const element::Element& bundle, const Source& source, diag::Sink& sink);
  void report_losses(const element::Element& bundle, const element::Element& record, const Source& source, Imported& out, diag::Sink& sink);

  const Mappings& mappings_;
  const Limits limits_;
  RecordReader reader_;
  Exporter exporter_;
  Arena arena_;
  UnmappedCodes unmapped_;
};

}  // namespace paraneo::record
