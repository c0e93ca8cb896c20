// A MeasureReport against its Measure (FHIR R4 MeasureReport): "the results of the calculation, one
// for each population group in the measure", and what these consist of. Internal to this folder.
#pragma once

#include "element/canonicals.h"
#include "validate/questionnaire_form.h"

namespace paraneo::validate {

// Not thread-safe. All that it is given outlives it.
class MeasureReports {
 public:
  // `canonicals`: Measures of packages; null: those of the input alone.
  MeasureReports(const definition::Definitions& definitions, const Names& names,
                 const element::Canonicals* canonicals);

  // Codes of groups, populations, stratifiers and their components that the Measure does not have.
  // Says nothing of what is no MeasureReport, nor where the Measure is not here or tells its own
  // ones apart by something else.
  void check(const element::Element& at, Visit& visit, References& references) const;

 private:
  const element::Element* measure_of(const element::Element& report, References& references) const;
  bool is_same_concept(const element::Element& a, const element::Element& b) const;
  bool has_code(const element::Element& holder, const Elements& concepts) const;
  Elements codes_of(const Elements& holders) const;
  void check_codes(const Elements& reported, const Elements& defined, const char* what,
                   Visit& visit) const;
  void check_group(const element::Element& reported, const Elements& defined, Visit& visit) const;

  const Names& names_;
  const element::Canonicals* canonicals_;
  const definition::TypeId report_, measure_type_;
  const definition::Symbol component_, measure_, population_, stratifier_, stratum_, text_;
};

}  // namespace paraneo::validate
