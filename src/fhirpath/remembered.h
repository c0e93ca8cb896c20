// What a run finds in the memo that several runs share. Internal to this folder.
#pragma once

#include <optional>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "fhirpath/memo.h"
#include "fhirpath/run.h"

namespace paraneo::fhirpath {

// Of a node that is a part (parts.h); null where nothing is kept of it in this run.
Memo::Entry* remembered_entry(const Run& run, const Node& node);
// The strings of literals, or of a node that was remembered, by hash; null where it was not, or is
// not all strings.
const std::unordered_set<std::string_view>* strings_of(Run& run, const Node& node);
// Of where(name = x and ...) and where(name in x and ...) over a focus that was remembered: the
// places of the items for which the first condition can be true, in order. None where only trying
// all can tell.
std::optional<std::vector<std::uint32_t>> candidates(Run& run, const Node& filter,
                                                     const Collection& in, const Scope& scope);

}  // namespace paraneo::fhirpath
