// What a run does, rule by rule: the place and text of the rule, the values it took, what it wrote.
#pragma once

#include <functional>
#include <string>

#include "fml/run.h"

namespace paraneo::fml {

inline constexpr std::size_t kTraceValueChars = 100;  // longer values are cut

// The text of a rule up to the rules inside it, on one line.
std::string rule_text(Span span);

class Trace final : public Observer {
 public:
  // Gets each line, without its break.
  using Line = std::function<void(std::string_view)>;
  // `next` sees everything, too; may be null.
  Trace(const fhir::Definitions& definitions, Line line, Observer* next);

  void began(const fhir::Element& source) override;
  void fired(const RuleCode& rule, std::span<const fhirpath::Collection> frame) override;
  void done(const RuleCode& rule) override;
  void written(const fhir::Element& target, const fhirpath::Item& source, const RuleCode& rule) override;
  void unmapped(const terminology::ConceptMap& map, const terminology::Code& code, const fhir::Element* source) override;

 private:
  std::string indent() const { return std::string(2 * depth_, ' '); }

  const fhir::Definitions& definitions_;
  Line line_;
  Observer* next_;
  std::size_t depth_ = 0;
};

}  // namespace paraneo::fml
