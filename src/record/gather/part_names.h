// What a resource of a chart is called: its fact's key, and the origin by which it is found again.
#pragma once

#include <string>

#include "record/gather/bundle_of_chart.h"

namespace paraneo::record {

// Of one chart. All that it is given must outlive it; `existing`: null when there is none.
class PartNames {
 public:
  PartNames(const definition::Definitions& definitions, const Chart& chart,
            const Existing* existing)
      : definitions_(definitions), chart_(chart), existing_(existing) {}

  // By source, type and id; without an id by a business identifier; without that by the content.
  // Never by the content where an id is there: a corrected resource is the same fact.
  std::string key_of(const ChartBundle::Part& part) const;
  Origin origin_of(const ChartBundle::Part& part) const;
  // Where nobody says its server, it is that of the patient it refers to.
  std::string source_of(const ChartEntry& entry) const;
  // "SYSTEM|VALUE" of the first identifier; empty when there is none.
  std::string identifier_of(const element::Element& resource) const;

 private:
  std::string key_in_source(const ChartBundle::Part& part) const;

  const definition::Definitions& definitions_;
  const Chart& chart_;
  const Existing* existing_;
};

}  // namespace paraneo::record
