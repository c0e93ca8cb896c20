// Whether data is what its type says (FHIR R4 "Validating Resources"): one file for each family of
// rules. Structure (unknown elements, wrong JSON shapes) was checked when the tree was read.
//
// A Validator compiles invariants when it first needs them: one per thread. Texts of its messages
// name elements and rules, never values. As an operation of a service ($validate), for each call:
//
//   const Source text{"request", body};
//   Arena arena;                                           // or one that is reset
//   const Budget budget(limits, arena, &steady_clock());   // time and memory of this call
//   diag::Sink sink(limits.diagnostics_max);
//   const auto* root = format::read(knowledge.definitions(), text, {}, limits, arena, sink,
//   &budget); if (root != nullptr) validator.validate(*root, &text, arena, sink, &budget); return
//   outcome_json(sink, {});                         // outcome.h: an OperationOutcome
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "fhirpath/asked_terminology.h"
#include "fhirpath/fhirpath.h"
#include "terminology/codes.h"
#include "validate/families.h"
#include "validate/profile_rules.h"
#include "validate/questionnaire.h"
#include "validate/visit.h"

namespace paraneo::validate {

using Strength = definition::BindingStrength;

struct Context {
  const fhirpath::Engine& engine;
  const terminology::ValueSets& value_sets;
  const Limits& limits;
  // With them also what profiles and FHIR's pages (families.h) say beside the definitions of types,
  // and that something could not be checked; messages then name an element by its FHIRPath instead
  // of its JSON pointer. Null for a case record, which has nothing of it.
  const definition::Profiles* profiles = nullptr;
  std::vector<std::string> of_root = {};  // URLs of profiles that each input must be of
  diag::Severity level = diag::Severity::information;  // the mildest that is reported
  const element::Canonicals* canonicals = nullptr;  // forms that answers are held to; null: those
                                                    // of the input alone
  Policy policy = {};
  terminology::CodeService* codes = nullptr;  // a terminology server; null: what is not here is not
                                              // checked
};

class Validator {
 public:
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
  // Whether a limit ended the last call.
  bool was_stopped() const { return was_stopped_; }
  // Whether the element is as the profile asks beside its type, and what is in the slice of that
  // name. Without Context::profiles nobody knows. For each, the input starts anew.
  std::optional<bool> conforms(const element::Element& at, std::string_view profile_url,
                               Arena& arena);
  fhirpath::ProfilePort::InSlice in_slice(const element::Element& at, std::string_view profile_url,
                                          std::string_view slice, Arena& arena);
  // The elements that the last call found errors at, in its order.
  const std::vector<const element::Element*>& failures() const { return failures_; }

 private:
  struct Invariant {
    std::string_view key, human, expression;
    bool error = true;
    std::shared_ptr<const fhirpath::Program> program;
  };

  void begin();
  void walk(const element::Element& root, const Source* source, Arena& arena, diag::Sink& sink,
            const Budget* budget);
  // `nodes`: of profiles, that hold for the element.
  void element(const element::Element& element, const Nodes& nodes, Visit& visit);
  void check(const element::Element& element, Visit& visit);
  void check(const element::Element& element, const Nodes& nodes, Visit& visit);
  void children(const element::Element& element, const Nodes& nodes, Visit& visit);
  const element::Element* resource_around(const element::Element& element) const;
  const std::vector<Invariant>& invariants_of_type(definition::TypeId type);
  const std::vector<Invariant>& invariants_of_element(std::uint32_t def);
  const std::vector<Invariant>& invariants_of_node(const ProfileNode& node);
  std::vector<Invariant> compile(std::span<const definition::ConstraintDef> constraints);
  void compile(std::string_view key, std::string_view human, std::string_view expression,
               bool error, std::vector<Invariant>& to, bool is_of_type = false);

  // cardinality.cpp
  void check_cardinality(const element::Element& element, Visit& visit);
  // primitive.cpp
  void check_primitive(const element::Element& element, Visit& visit);
  // binding.cpp
  void check_binding(const element::Element& element, Visit& visit);
  void check_binding(const element::Element& element, const ProfileNode& node, Visit& visit);
  std::vector<terminology::CodeSaid> codes_of(const element::Element& element) const;
  void check_extensible(const element::Element& element, const Nodes& nodes, Visit& visit);
  Strength strength_for(const element::Element& element, const ProfileNode& node) const;
  void check_codes(const element::Element& element, std::string_view value_set, Strength strength,
                   Visit& visit);
  void say_outside(const element::Element& element, std::string_view value_set, Visit& visit);
  void check_code(const element::Element& element, Visit& visit);
  void say_unknown(const element::Element& code, const terminology::CodeSaid& said, Visit& visit);
  void check_display(const element::Element& element, const terminology::CodeSaid& said,
                     Visit& visit);
  void check_place(const element::Element& element, Visit& visit);
  void check_known(const element::Element& code, std::string_view place, Visit& visit);
  const std::vector<std::string_view>& places();
  // canonical.cpp
  void check_canonical(const element::Element& element, Visit& visit);
  std::string_view type_of_canonical(const element::Element& element);
  // invariant.cpp
  void check_invariants(const element::Element& element, Visit& visit);
  // `resource`: %resource; null for the one that the element is in, or is.
  void check_invariants(const std::vector<Invariant>& invariants, const element::Element& element,
                        Visit& visit, const element::Element* resource = nullptr);

  // offenders.cpp
  // Whether the rule is of a form that tells which elements break it; then those were reported.
  bool report_offenders(std::string_view expression, const std::string& rule,
                        const element::Element& root, Visit& visit);
  std::vector<fhirpath::Item> evaluated(std::string_view expression, const element::Element& root,
                                        Visit& visit);

  std::vector<const element::Element*> failures_;
  bool was_stopped_ = false;
  const Context& context_;
  const definition::Definitions& definitions_;
  const Names names_;
  std::optional<terminology::CodeConsultation> consultation_;  // without a server none
  const terminology::Codes codes_;
  const fhirpath::AskedTerminology terminology_;
  std::optional<References> references_;  // of the input
  std::optional<ProfileRules> profiles_;
  std::optional<Answers> answers_;
  // By the type, and by the index of the element; null until one is asked for.
  std::vector<std::unique_ptr<const std::vector<Invariant>>> by_type_;
  std::vector<std::unique_ptr<const std::vector<Invariant>>> by_element_;
  std::map<const ProfileNode*, std::vector<Invariant>> by_node_;
  std::vector<std::unique_ptr<Source>> expressions_;  // texts of compiled invariants
  std::vector<std::string_view> places_;
  std::vector<std::shared_ptr<const fhirpath::Program>> lists_;  // of offenders.cpp
};

}  // namespace paraneo::validate
