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

// Of one resource. All that it is given must outlive it.
class Contradictions {
 public:
  Contradictions(const definition::Definitions& definitions, Meanings& meanings,
                 const Account::Place& place, ChartBundle& made, Arena& arena, diag::Sink& sink)
      : definitions_(definitions), meanings_(meanings), place_(place), made_(made), arena_(arena),
        sink_(sink) {}

  // Reports them, with their places, and marks codings (ChartBundle::marks). What comes back of a
  // record (`is_own`) has been decided about: it is only marked.
  void find(element::Element& resource, bool is_own);

 private:
  void look(element::Element& parent);
  void look_at_concept(element::Element& concept_element);
  void mark(element::Element& coding);
  void report(const element::Element& at, const char* what);

  const definition::Definitions& definitions_;
  Meanings& meanings_;
  const Account::Place& place_;
  ChartBundle& made_;
  Arena& arena_;
  diag::Sink& sink_;
  const element::Element* resource_ = nullptr;
  bool is_own_ = false;
  definition::TypeId concept_ = definitions_.find_type("CodeableConcept");
  definition::Symbol coding_ = definitions_.find_symbol("coding");
};

}  // namespace paraneo::record
