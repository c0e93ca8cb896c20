// Takes out of a record that an import made what breaks the record's model: the least that can go.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "diag/diagnostic.h"
#include "record/gather/bundle_of_chart.h"
#include "record/record.h"

namespace paraneo::record {

// Of one chart. What it is given must outlive it; `account`: null where nobody asks. Not
// thread-safe.
class SetAside {
 public:
  enum class Outcome {
    valid,       // the record keeps its model's rules
    facts_gone,  // whole facts had to go: their resources are out of the bundle, and the record is
                 // to be made anew of it
    unknown,     // a rule of the whole record is broken, and does not say by what: found()
  };

  SetAside(const definition::Definitions& definitions, RecordReader& reader, Arena& arena,
           Account* account)
      : definitions_(definitions), reader_(reader), arena_(arena), account_(account) {}

  // `record` was made of `gathered`. Each thing that goes is import-set-aside, with its place in
  // the input. Checks the record once more than the deepest chain of things that stand on each
  // other. What the rules only warn of stays, and is import-unclear.
  Outcome run(ChartBundle& gathered, element::Element& record, diag::Sink& sink);
  // Whether elements were taken out of the record that run() called valid.
  bool has_changed_record() const { return !messages_.empty(); }
  // What broke in the last check.
  const diag::Sink& found() const { return found_; }

 private:
  using Parts = std::map<std::string, std::size_t, std::less<>>;  // index in ChartBundle::parts, by
                                                                  // key

  struct Failure {
    element::Element* at;
    std::string message;
  };

  std::vector<Failure> failures() const;
  bool is_removed(const element::Element& element) const;
  std::vector<element::Element*> children_at_fault(element::Element& parent);
  std::size_t failures_at(const element::Element& element);
  void take_out(element::Element& element, const Failure& failure);
  const ChartBundle::Part* part_of(const element::Element& element) const;
  std::string_view key_of(const element::Element& element) const;
  void report(const element::Element& element, const Failure& failure, bool is_fact);
  diag::Diagnostic at_source(diag::Code code, const element::Element& element,
                             const element::Element& place) const;
  void drop_facts(diag::Sink& sink);
  void tell_doubts(diag::Sink& sink) const;

  const definition::Definitions& definitions_;
  RecordReader& reader_;
  Arena& arena_;
  Account* account_;
  ChartBundle* gathered_ = nullptr;
  const element::Element* record_ = nullptr;
  Parts parts_;
  std::set<const element::Element*> removed_;  // from the record
  std::set<std::size_t> dropped_;              // indices of parts
  std::vector<diag::Diagnostic> messages_;  // about elements: said when the facts around them stay
  std::vector<diag::Diagnostic> fact_messages_;
  diag::Sink found_;
};

}  // namespace paraneo::record
