// Whether data is what its type says (FHIR R4 "Validating Resources"): one file for each family of
// rules. Structure (unknown elements, wrong JSON shapes) was checked when the tree was read.
//
// A Validator compiles invariants when it first needs them: one per thread. Texts of its messages
// name elements and rules, never values. operation.h goes from a text to a verdict.
#pragma once

#include <optional>
#include <vector>

#include "fhirpath/asked_terminology.h"
#include "terminology/codes.h"
#include "validate/bindings.h"
#include "validate/bounds.h"
#include "validate/context.h"
#include "validate/finding.h"
#include "validate/invariants.h"
#include "validate/measure_report.h"
#include "validate/profile_rules.h"
#include "validate/questionnaire.h"
#include "validate/slicing.h"
#include "validate/visit.h"

namespace paraneo::validate {

class Validator {
 public:
  // What the context points to must outlive it. For one thread.
  explicit Validator(const Context& context);

  // With Context::codes: asks it about all that the next validate() of this input needs, and waits
  // for it; the time of Limits is that of each walk through the input, without the waiting. Nothing
  // without, or where the input is too much for a limit.
  void consult(const element::Element& root, const Source* source, Arena& arena,
               const Clock* clock);
  // Reports into the sink; true when no error was found. `source` is the text the tree came from,
  // for places; null when it was made here. A limit ends the input: validate-limit is then the last
  // message.
  bool validate(const element::Element& root, const Source* source, Arena& arena, diag::Sink& sink,
                const Budget* budget = nullptr);
  // The limit that ended the last call; none where none did.
  const std::optional<diag::Diagnostic>& limit() const { return limit_; }
  // Whether the element is as the profile asks beside its type, and what is in the slice of that
  // name. Without Context::profiles nobody knows. For each, the input starts anew.
  std::optional<bool> conforms(const element::Element& at, std::string_view profile_url,
                               Arena& arena);
  fhirpath::ProfilePort::InSlice in_slice(const element::Element& at, std::string_view profile_url,
                                          std::string_view slice, Arena& arena);
  // One for each message of the last call, in their order.
  const std::vector<Finding>& findings() const { return findings_; }

 private:
  void begin();
  void walk(const element::Element& root, const Source* source, Arena& arena, diag::Sink& sink,
            const Budget* budget);
  // `nodes`: of profiles, that hold for the element.
  void element(const element::Element& element, const Nodes& nodes, Visit& visit);
  void check(const element::Element& element, Visit& visit);
  void check(const element::Element& element, const Nodes& nodes, Visit& visit);
  void children(const element::Element& element, const Nodes& nodes, Visit& visit);

  std::vector<Finding> findings_;
  std::optional<diag::Diagnostic> limit_;
  const Context& context_;
  const definition::Definitions& definitions_;
  const Names names_;
  std::optional<terminology::CodeConsultation> consultation_;  // without a server none
  const terminology::Codes codes_;
  const fhirpath::AskedTerminology terminology_;
  std::optional<References> references_;  // of the input
  Bindings bindings_;
  Invariants invariants_;
  std::optional<ProfileRules> profiles_;
  std::optional<Slices> slices_;
  std::optional<Bounds> bounds_;
  std::optional<Answers> answers_;
  std::optional<MeasureReports> measure_reports_;
};

}  // namespace paraneo::validate
