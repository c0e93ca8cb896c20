// Case records to FHIR.
#pragma once

#include <map>
#include <string>

#include "record/bundle.h"
#include "record/record.h"
#include "record/unmapped.h"

namespace paraneo::record {

// What the resources of a record stand in.
enum class ExportForm { transaction, collection, ndjson };

// What becomes of a record.
struct ExportOptions {
  ExportForm form = ExportForm::transaction;
  bool validate = false;  // the output, against R4 and the profiles that are known: what fails is
                          // refused
  bool xml = false;       // not for ndjson
  bool pretty = false;    // of XML
  terminology::CodeService* codes = nullptr;  // a terminology server for `validate`; null: there is
                                              // none
};

// A record as FHIR.
struct Exported {
  std::string record_id;
  std::string record_name;                                    // among all records
  std::string text;                                           // one bundle; or one resource a line
  std::map<std::string, std::size_t, std::less<>> resources;  // by type
};

// One per thread; its arena is used again for each record. The maps must outlive it.
class Exporter {
 public:
  // `name_space` of the records, as parse_namespace() gives it.
  Exporter(const RecordMaps& maps, const Limits& limits, std::string name_space = {})
      : maps_(maps), limits_(limits), name_space_(std::move(name_space)), reader_(maps, limits),
        context_{maps.engine(),
                 maps.knowledge().value_sets(),
                 limits_,
                 &maps.knowledge().profiles(),
                 {},
                 diag::Severity::error} {}

  // None, with diagnostics, when the record cannot be exported whole.
  std::optional<Exported> run(const Source& source, const ExportOptions& options, diag::Sink& sink);

  // Only counts what has no standard code, and says nothing but errors. False, with diagnostics,
  // when the record cannot be exported.
  bool count_unmapped(const Source& source, diag::Sink& sink);

  const UnmappedCodes& unmapped() const { return unmapped_; }
  UnmappedCodes take_unmapped() { return std::move(unmapped_); }  // last of all

 private:
  // Null after an error.
  const element::Element* read(const Source& source, diag::Sink& sink,
                               diag::Severity level = diag::Severity::information);
  element::Element* mapped(const element::Element& record, const RecordIdentity& identity,
                           const Limits& limits, diag::Sink& sink);
  element::Element* bundle(const element::Element& record, BundleKind kind, const Limits& limits,
                           diag::Sink& sink);
  bool is_valid(const element::Element& bundle, const ExportOptions& options, const Limits& limits,
                diag::Sink& sink);

  const RecordMaps& maps_;
  const Limits limits_;
  const std::string name_space_;
  RecordReader reader_;
  validate::Context context_;                     // of what is made
  std::optional<validate::Validator> validator_;  // from the first time that it is wanted
  Arena arena_;
  UnmappedCodes unmapped_;
};

}  // namespace paraneo::record
