// What a family of rules sees of one input. Internal to this folder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/arena.h"
#include "base/budget.h"
#include "definition/definitions.h"
#include "diag/diagnostic.h"
#include "element/element.h"
#include "terminology/codes.h"
#include "validate/finding.h"
#include "validate/policy.h"

namespace paraneo::validate {

// Names of FHIR that several families ask for; 0 where the definitions have none.
struct Names {
  explicit Names(const definition::Definitions& definitions);

  definition::Symbol code, coding, contained, data, differential, display, element, entry,
      experimental, extension, fixed, full_url, group, hash, id, link, max, meta, min, mode,
      modifier_extension, parameter, part, path, profile, reference, relation, resource, search,
      size, system, type, url, value, version, version_id;
  definition::TypeId attachment, bundle, canonical, codeable_concept, coding_type, extension_type,
      identifier, observation, operation_definition, operation_outcome, parameters, quantity,
      reference_type, string_type, structure_definition, structure_map, xhtml;
};

// One walk through one input. On the stack of the walk; all that it refers to outlives it.
struct Visit {
  const definition::Definitions& definitions;
  const Names& names;
  const element::Element& root;
  const Source* source;  // null when it was made here
  Arena& arena;
  diag::Sink& sink;
  std::vector<Finding>& findings;  // one for each message
  const Policy& policy;
  // How messages say where an element stands: as FHIRPath (an OperationOutcome's expression) or as
  // a JSON pointer.
  bool says_fhirpath = false;
  diag::Severity level = diag::Severity::information;  // the mildest that is reported
  const Budget* budget = nullptr;
  TimeCheck time{nullptr};
  // %rootResource of what is being looked at: the resource that a contained one is in.
  const element::Element* root_resource = nullptr;
  // Only what profiles ask: the rest is said elsewhere.
  bool only_profiles = false;
  // A limit was reached, which ends the input: what was said of it.
  std::optional<diag::Diagnostic> limit = std::nullopt;
  bool is_over() const { return limit.has_value(); }

  // To the sink of the input, with the element's place.
  void report(diag::Code code, const element::Element& at, std::string message,
              std::string advice = {}, diag::Severity severity = diag::Severity::error);
  // By the severity of the code.
  void say(diag::Code code, const element::Element& at, std::string message,
           std::string advice = {}) {
    report(code, at, std::move(message), std::move(advice), diag::info(code).severity);
  }
  // Says which limit was reached, and ends the input.
  void stop(const element::Element& at, std::string message, std::string advice);
  // `to`: that it is for; one that is full gets no place.
  diag::Diagnostic diagnostic(diag::Code code, const element::Element& at, std::string message,
                              std::string advice, diag::Severity severity,
                              const diag::Sink& to) const;
  // The text of a child; empty without one.
  static std::string_view text_of(const element::Element& parent, definition::Symbol name) {
    const auto* child = parent.child(name);
    return child == nullptr ? std::string_view() : child->value();
  }
  // Of a Coding, or a Quantity.
  static terminology::CodeSaid code_of(const element::Element& at, const Names& names) {
    return {text_of(at, names.system), text_of(at, names.code), text_of(at, names.version)};
  }
};

}  // namespace paraneo::validate
