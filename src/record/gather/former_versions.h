// Of a delta: whether the record that it is merged into has an older or a newer version of what
// came.
#pragma once

#include <cstdint>
#include <optional>

#include "record/gather/part_names.h"

namespace paraneo::record {

// Of one chart. All that it is given must outlive it; `existing`: null where there is no record.
// `now_ms`: see version.h. Costs a look-up of the fact each time.
class FormerVersions {
 public:
  FormerVersions(const Existing* existing, const PartNames& names, std::int64_t now_ms)
      : existing_(existing), names_(names), now_ms_(now_ms) {}

  // The entry's version with that of a fact, as compare_versions() does.
  std::optional<int> compare(const ChartEntry& entry, const Existing::Fact& fact) const;
  // Whether the record has a newer version of the same resource.
  bool is_newer(const ChartBundle::Part& part) const;
  // Says what is odd about the time of a version that counts. `offset`: of the resource in its
  // text.
  void report(const ChartBundle::Part& part, std::uint32_t offset, diag::Sink& sink) const;

 private:
  const Existing::Fact* find(const ChartBundle::Part& part) const;

  const Existing* existing_;
  const PartNames& names_;
  const std::int64_t now_ms_;
};

}  // namespace paraneo::record
