// Findings in somebody else than the patient whose chart they stand in: a donor, a fetus, a
// relative (FHIR R4: Observation.focus, Specimen.subject).
#pragma once

#include <optional>

#include "element/element.h"
#include "record/gather/chart.h"
#include "record/gather/descriptions.h"
#include "record/gather/usable.h"

namespace paraneo::record {

// Of one chart. All that it is given must outlive it.
class OtherPerson {
 public:
  OtherPerson(const Charts& charts, const Chart& chart, const definition::Definitions& definitions,
              const Descriptions& descriptions)
      : charts_(charts), chart_(chart), definitions_(definitions), descriptions_(descriptions) {}

  // Why the resource, which stands in that entry, is no fact of the patient; none where it is one.
  // What nobody can tell the subject of is none.
  std::optional<Refusal> refuse(const element::Element& resource, const ChartEntry& entry) const;

 private:
  std::optional<Refusal> refuse_focus(const element::Element& resource,
                                      const element::Element& focus, const ChartEntry& entry) const;
  const element::Element* contained(const element::Element& resource, std::string_view id) const;

  const Charts& charts_;
  const Chart& chart_;
  const definition::Definitions& definitions_;
  const Descriptions& descriptions_;
  definition::TypeId reference_ = definitions_.find_type("Reference");
  definition::Symbol contained_ = definitions_.find_symbol("contained");
  definition::Symbol focus_ = definitions_.find_symbol("focus");
  definition::Symbol specimen_ = definitions_.find_symbol("specimen");
};

}  // namespace paraneo::record
