// Where a resource's codes say two things at once, both are kept and named
// (record/gather/meanings.h).
#pragma once

#include "element/element.h"
#include "record/gather/bundle_of_chart.h"
#include "record/gather/meanings.h"

namespace paraneo::record {

// What marks a coding whose display contradicts it: the maps keep such a concept as it is written.
inline constexpr std::string_view kContradicted =
    "https://paraneo.github.io/fhir/StructureDefinition/contradicted";

// Of one chart's resources. All that it is given must outlive it.
class Contradictions {
 public:
  Contradictions(const definition::Definitions& definitions, Meanings& meanings, ChartBundle& made,
                 Arena& arena, diag::Sink& sink)
      : definitions_(definitions), meanings_(meanings), made_(made), arena_(arena), sink_(sink) {}

  // Reports those of a resource, with their places in the input, and marks codings
  // (ChartBundle::marks). What comes back of a record (`is_own`) has been decided about: it is only
  // marked. A lone coding without a display costs a look.
  void find(element::Element& resource, const Account::Place& place, bool is_own);

 private:
  void look(element::Element& parent);
  bool may_contradict(const element::Element& concept_element) const;
  void look_at_concept(element::Element& concept_element);
  std::string_view text(const element::Element& parent, definition::Symbol name) const {
    const auto* child = parent.child(name);
    return child == nullptr ? std::string_view() : child->value();
  }
  void mark(element::Element& coding);
  void report(const element::Element& at, const char* what);

  const definition::Definitions& definitions_;
  Meanings& meanings_;
  ChartBundle& made_;
  Arena& arena_;
  diag::Sink& sink_;
  const element::Element* resource_ = nullptr;
  const Account::Place* place_ = nullptr;
  bool is_own_ = false;
  definition::TypeId concept_ = definitions_.find_type("CodeableConcept");
  definition::Symbol coding_ = definitions_.find_symbol("coding");
  definition::Symbol system_ = definitions_.find_symbol("system");
  definition::Symbol code_ = definitions_.find_symbol("code");
  definition::Symbol display_ = definitions_.find_symbol("display");
};

}  // namespace paraneo::record
