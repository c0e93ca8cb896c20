#include "record/gather/described_links.h"

#include <algorithm>

#include "base/date_time.h"
#include "record/gather/version.h"

namespace paraneo::record {

PendingLink link_to(std::string element, std::string reference, const ChartEntry* said_by) {
  PendingLink link{std::move(element), std::move(reference)};
  if (said_by == nullptr) return link;
  link.version = said_by->version;
  if (DateTime::parse_date_time(said_by->updated)) link.updated = said_by->updated;
  return link;
}

bool is_older_than(const ChartEntry& entry, const PendingLink& known, std::int64_t now_ms) {
  return compare_versions({entry.version, entry.updated}, {known.version, known.updated}, now_ms)
             .value_or(0) < 0;
}

const PendingLink* known_link(const Existing* existing, const Origin& origin,
                              std::string_view reference) {
  const auto* fact =
      existing == nullptr || reference.empty()
          ? nullptr
          : existing->find(std::string(existing->key_of(origin.source, origin.reference)));
  if (fact == nullptr) return nullptr;
  const auto found =
      std::find_if(fact->origin.pending.begin(), fact->origin.pending.end(),
                   [&](const PendingLink& link) { return link.reference == reference; });
  return found == fact->origin.pending.end() ? nullptr : &*found;
}

}  // namespace paraneo::record
