// Patients whom the one of a chart has replaced (FHIR R4: Patient.link): what they say of
// themselves, and what the record's subject keeps of them.
#pragma once

#include "element/element.h"
#include "record/gather/chart.h"
#include "record/gather/existing.h"

namespace paraneo::record {

// Of one chart. All that it is given must outlive it; `existing`: null where there is no record
// yet.
class ReplacedPatients {
 public:
  ReplacedPatients(const definition::Definitions& definitions, const Charts& charts,
                   const Chart& chart, const Existing* existing, Arena& arena)
      : definitions_(definitions), charts_(charts), chart_(chart), existing_(existing),
        arena_(arena) {}

  // Whether it is one whom the record's subject, which is of another Patient, has replaced: then it
  // says nothing of the subject.
  bool covers(const ChartEntry& patient) const;
  // Takes out of a Patient the links that say whom it has replaced: they are in the subject's
  // origin.
  void take_out_links(element::Element& patient, const ChartEntry& entry) const;
  // Names them in the origin of the bundle's Patient: facts of theirs may come later. A subject
  // that a person wrote stays theirs.
  void name_in(element::Element& bundle) const;

 private:
  const definition::Definitions& definitions_;
  const Charts& charts_;
  const Chart& chart_;
  const Existing* existing_;
  Arena& arena_;
};

}  // namespace paraneo::record
