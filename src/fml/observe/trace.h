// What a run does, rule by rule: the place and text of the rule, the values it took, what it wrote.
//
//   in.json:1  Patient
//     m.map:8:3  src.name as n -> tgt.note as t, t.text = (n.family)
//       < Patient.name[0] = {"family":"A"}       what the rule takes
//       > Observation.note[0] = (new)            what it writes
//       > Observation.note[0].text = B (was A)
//       % x = 5                                  a variable
//       ! the value is no date                   what went wrong
//     m.map:9:3  src.photo as p -> tgt.text = p
//       - not run: no source has such a value
#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "fml/run/run.h"

namespace paraneo::fml {

// The text of a rule up to the rules inside it, on one line.
std::string rule_text(Span span);

class Trace final : public Observer {
 public:
  // Gets each line, without its break.
  using Line = std::function<void(std::string_view)>;
  // `next` sees everything, too; may be null.
  Trace(const definition::Definitions& definitions, Line line, Observer* next);

  // Before each run: its input and where its messages go. Both must outlive the run.
  void expect(const Source& input, const diag::Sink& sink);

  void began(const element::Element& source) override;
  void fired(const RuleCode& rule, std::span<const fhirpath::Collection> frame) override;
  void done(const RuleCode& rule) override;
  void ended(const RuleCode& rule) override;
  void assigned(const TargetCode& target, std::span<const fhirpath::Collection> frame) override;
  // See Observer.
  void written(const element::Element& target, const fhirpath::Item& source,
               const RuleCode& rule) override;
  void unmapped(const terminology::ConceptMap& map, const terminology::Code& code,
                const element::Element* source) override;

 private:
  void line(std::string_view text);
  void rule_line(const RuleCode& rule);
  void new_messages();
  std::string text_of(const fhirpath::Item& item);
  std::string text_of(const element::Element& element);
  element::Element* beginning_of(const element::Element& element, std::size_t& elements_left);

  const definition::Definitions& definitions_;
  Line line_;
  Observer* next_;
  Arena arena_;  // of one value
  const Source* input_ = nullptr;
  const diag::Sink* sink_ = nullptr;
  std::size_t messages_shown_ = 0;
  // The rules that run now, one inside the other; and for each depth whether its rule fired yet.
  std::vector<const RuleCode*> running_;
  std::vector<bool> fired_;
  std::unordered_map<std::string, std::string> values_;  // primitives that were written, by path
};

}  // namespace paraneo::fml
