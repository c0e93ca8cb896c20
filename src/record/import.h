// FHIR to case records. What a record cannot hold is found by exporting the record again and
// comparing: every element of the input is in the record, derived from it, or reported.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "record/gather/bundle_of_chart.h"
#include "record/gather/cohort.h"
#include "record/gather/meanings.h"
#include "record/gather/resource_check.h"
#include "record/gather/sender_maps.h"
#include "record/loss_report.h"
#include "record/merge.h"
#include "record/record.h"
#include "record/unmapped.h"

namespace paraneo::record {

// A chart as a record.
struct Imported {
  std::string record_id;
  std::string json;
  bool is_outside_cohort = false;  // then there is nothing else
  bool is_unchanged = false;  // the record that the chart was merged into says all that already
  std::map<std::string, std::size_t, std::less<>> resources;  // imported, by type
  LeftOut left_out;                                           // by written lists
  SenderCounts senders;                                       // by whose maps they were read
  std::shared_ptr<Account> account;  // of the chart's resources; null where nobody asked
};

// What is there of a chart's patient already: JSON of records.
struct RecordsThere {
  const Source* own = nullptr;   // null: there is none
  std::vector<Source> replaced;  // of patients whom this one has replaced, or who are this person:
                                 // their facts become its own
};

// What an import is asked for beside the records.
struct ImportOptions {
  const Cohort* cohort = nullptr;  // which patients are imported; null: all. It must outlive the
                                   // importer
  bool accounts = false;           // whether Imported::account is asked for
  bool validate = false;           // what is not valid FHIR is set aside, the whole resource
  terminology::CodeService* codes = nullptr;  // a terminology server for `validate`; null: there is
                                              // none
};

// One per thread. The maps must outlive it.
class Importer {
 public:
  Importer(const RecordMaps& maps, const Limits& limits, ImportOptions options = {})
      : maps_(maps), written_list_(maps.definitions(), maps.knowledge().value_sets()),
        options_(options), limits_(limits), reader_(maps, limits),
        senders_(maps.definitions(), maps.sender_maps()),
        meanings_(maps.knowledge().library().concept_maps().find(kConcepts),
                  maps.knowledge().library().concept_maps().find(kTests)) {
    if (options_.validate) check_.emplace(maps.knowledge(), limits_, options_.codes);
  }

  // One patient's chart. Everything that does not become part of the record is in the sink:
  // import-not-a-fact, import-ignored, import-lost, import-set-aside, or an error. An element or a
  // resource that the record cannot hold costs itself and nothing else; none only when a limit was
  // reached, or nothing valid is left.
  std::optional<Imported> run(const Charts& charts, const Chart& chart, diag::Sink& sink);
  // The chart is a delta to a record. None as well when one of the records is not valid, or two of
  // them have different facts of one key: then all stay as they are.
  std::optional<Imported> run(const Charts& charts, const Chart& chart, const RecordsThere& records,
                              diag::Sink& sink);
  // All charts of one text.
  std::vector<Imported> run(const Source& source, diag::Sink& sink);

  // Of a chart for which run() gave nothing; null where nobody asked.
  std::shared_ptr<Account> account_of_refused(const Chart& chart);

  const UnmappedCodes& unmapped() const { return unmapped_; }
  UnmappedCodes take_unmapped() { return std::move(unmapped_); }  // last of all

 private:
  std::optional<Imported> import_chart(const Charts& charts, const Chart& chart,
                                       const Existing* existing, diag::Sink& sink);
  element::Element* read_records(const RecordsThere& records, const Chart& chart, diag::Sink& sink);
  bool absorb(element::Element& record, element::Element& replaced, const Source& text,
              bool is_same_person, diag::Sink& sink);
  element::Element* record_of(const ChartBundle& gathered, diag::Sink& sink);
  void sign(element::Element& record);
  element::Element* valid_record_of(ChartBundle& gathered, diag::Sink& sink);
  bool find_culprit(ChartBundle& gathered, const diag::Sink& found, diag::Sink& sink);
  void report_merge(const ChartBundle& gathered, diag::Sink& sink) const;
  LossContext loss_context(diag::Sink& sink);

  const RecordMaps& maps_;
  const WrittenList written_list_;
  const ImportOptions options_;
  const Limits limits_;
  Limits allowed_;  // what the chart that is worked on may cost
  RecordReader reader_;
  SenderReader senders_;
  Meanings meanings_;
  std::optional<ResourceCheck> check_;
  Arena arena_;
  const Existing* existing_ = nullptr;  // that the chart is merged into
  MergeOutcome merged_;
  std::shared_ptr<Account> account_;            // of the chart
  std::set<const element::Element*> unsigned_;  // facts of the record that is made, which have an
                                                // origin and no digest yet
  UnmappedCodes unmapped_;
};

}  // namespace paraneo::record
