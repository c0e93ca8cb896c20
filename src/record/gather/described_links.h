// What a fact has of a Specimen or a BodyStructure, as a link in its origin: with the version that
// said it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "record/gather/chart_entry.h"
#include "record/gather/existing.h"
#include "record/origin.h"

namespace paraneo::record {

// `said_by`: null for what nobody has said yet.
PendingLink link_to(std::string element, std::string reference, const ChartEntry* said_by);
// Whether the entry is an older version than the one that said it. `now_ms`: see version.h.
bool is_older_than(const ChartEntry& entry, const PendingLink& known, std::int64_t now_ms);
// What the fact that has the origin has of what the reference names; null where it has nothing of
// it, or there is no such fact, or no record.
const PendingLink* known_link(const Existing* existing, const Origin& origin,
                              std::string_view reference);

}  // namespace paraneo::record
