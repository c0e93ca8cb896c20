// Whether data is what its type says (FHIR R4 "Validating Resources"): one file for each family of
// rules. Structure (unknown elements, wrong JSON shapes) was checked when the tree was read.
//
// A Validator compiles invariants when it first needs them: one per thread. Texts of its messages
// name elements and rules, never values.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "fhirpath/fhirpath.h"
#include "terminology/value_set.h"
#include "validate/families.h"
#include "validate/visit.h"

namespace paraneo::validate {

struct Context {
  const fhirpath::Engine& engine;
  const terminology::ValueSets& value_sets;
  const Limits& limits;
  // Also what FHIR's pages say beside the definitions (families.h), and that something could not be checked; messages
  // then name an element by its FHIRPath instead of its JSON pointer. For resources; a case record has nothing of it.
  bool all_families = false;
  diag::Severity level = diag::Severity::information;  // the mildest that is reported
};

class Validator {
 public:
  explicit Validator(const Context& context);

  // Reports into the sink; true when no error was found. `source` is the text the tree came from,
  // for places; null when it was made here. A limit ends the input: validate-limit is then the last message.
  bool validate(const element::Element& root, const Source* source, Arena& arena, diag::Sink& sink, const Budget* budget = nullptr);
  // Whether a limit ended the last call.
  bool was_stopped() const { return was_stopped_; }
  // The elements that the last call found errors at, in its order.
  const std::vector<const element::Element*>& failures() const { return failures_; }

 private:
  struct Invariant {
    const definition::ConstraintDef* definition = nullptr;
    std::shared_ptr<const fhirpath::Program> program;
  };

  void element(const element::Element& element, Visit& visit);
  void check(const element::Element& element, Visit& visit);
  const std::vector<Invariant>& invariants_of_type(definition::TypeId type);
  const std::vector<Invariant>& invariants_of_element(std::uint32_t def);
  std::vector<Invariant> compile(std::span<const definition::ConstraintDef> constraints, definition::TypeId context);

  // cardinality.cpp
  void check_cardinality(const element::Element& element, Visit& visit);
  // primitive.cpp
  void check_primitive(const element::Element& element, Visit& visit);
  // binding.cpp
  void check_binding(const element::Element& element, Visit& visit);
  void check_place(const element::Element& element, Visit& visit);
  void check_known(const element::Element& code, std::string_view place, Visit& visit);
  const std::vector<std::string_view>& places();
  // invariant.cpp
  void check_invariants(const element::Element& element, Visit& visit);
  void check_invariants(const std::vector<Invariant>& invariants, const element::Element& element, Visit& visit);

  // offenders.cpp
  // Whether the rule is of a form that tells which elements break it; then those were reported.
  bool report_offenders(std::string_view expression, const std::string& rule, const element::Element& root, Visit& visit);
  std::vector<fhirpath::Item> evaluated(std::string_view expression, const element::Element& root, Visit& visit);

  std::vector<const element::Element*> failures_;
  bool was_stopped_ = false;
  const Context& context_;
  const definition::Definitions& definitions_;
  const Names names_;
  std::optional<References> references_;  // of the input
  std::map<definition::TypeId, std::vector<Invariant>> by_type_;
  std::map<std::uint32_t, std::vector<Invariant>> by_element_;
  std::vector<std::unique_ptr<Source>> expressions_;  // texts of compiled invariants
  std::vector<std::string_view> places_;
  std::vector<std::shared_ptr<const fhirpath::Program>> lists_;  // of offenders.cpp
};

}  // namespace paraneo::validate
