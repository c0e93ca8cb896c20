// Whether a resource that came is valid FHIR, asked before it is believed: by the specification, by
// the profiles that it says it is of, and by a terminology server where there is one.
#pragma once

#include <optional>
#include <string>

#include "knowledge/knowledge.h"
#include "record/gather/chart_entry.h"
#include "validate/operation.h"

namespace paraneo::record {

// One per thread. The knowledge must outlive it.
class ResourceCheck {
 public:
  // `codes`: a terminology server, or null.
  ResourceCheck(const knowledge::Knowledge& knowledge, const Limits& limits,
                terminology::CodeService* codes)
      : operation_({knowledge.engine(), knowledge.value_sets(), knowledge.profiles(),
                    &knowledge.canonicals(), codes}),
        call_{{}, diag::Severity::error, {}, limits} {}

  // The first error of the resource by itself (what it refers to is not here), and how many there
  // are; none where it is valid. It names elements and rules, and no value. A value that nobody can
  // hold was taken out of the text before (ChartEntry::faults), and is an error.
  std::optional<std::string> refuse(const ChartEntry& entry);

 private:
  validate::Operation operation_;
  const validate::Call call_;
};

}  // namespace paraneo::record
