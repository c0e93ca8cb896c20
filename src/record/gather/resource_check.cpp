#include "record/gather/resource_check.h"

#include <algorithm>

#include "diag/counted.h"

namespace paraneo::record {

std::optional<std::string> ResourceCheck::refuse(const ChartEntry& entry) {
  diag::Sink sink(call_.limits.diagnostics_max);
  operation_.check(entry.text, call_, sink);
  // The reader sees what stands in a repaired value's place.
  const auto errors = std::max(sink.errors(), entry.faults.size());
  if (errors == 0) return std::nullopt;
  const auto first = std::find_if(sink.all().begin(), sink.all().end(), [](const auto& each) {
    return each.severity == diag::Severity::error;
  });
  auto why = first == sink.all().end()
                 ? entry.faults.front().message
                 : first->message + (first->element.empty() ? "" : " (at " + first->element + ")") +
                       " [" + std::string(diag::info(first->code).name) + "]";
  if (errors > 1) why += ", and " + diag::counted(errors - 1, "more error");
  return why;
}

}  // namespace paraneo::record
