// What others add to the meta of a resource of ours: tags and security labels, profiles, a source;
// and the narrative that a server generates. None of it is content, so a copy that differs from
// what was sent in nothing else is still ours; and none of the labels may go when we write over it.
#pragma once

#include <optional>
#include <string>

#include "base/limits.h"

namespace paraneo::sync {

// JSON of a Meta that has nothing but `security` and `tag`; empty when there are none.
using Labels = std::string;

// Whether a server's copy may have labels at all; no look at more than its letters.
bool may_have_labels(const std::string& copy);

// The labels of a copy that others put there, where the rest of it is what `hash` stands for
// (hash_of() the text that was sent). Empty labels: nothing was added, or only what is no label.
// None: it says something else, or nobody can tell. `ours` is what is to be sent now: its meta is
// the best guess at the one that was; empty where there is none. The lists of a meta are tried in
// some hundred combinations at most, each of which is written and hashed.
std::optional<Labels> labels_of_others(const std::string& copy, const std::string& hash,
                                       const std::string& ours, const Limits& limits);

// The same of a copy that says what ours says: whatever label ours has not.
Labels labels_beside(const std::string& copy, const std::string& ours, const Limits& limits);

// The resource with these labels, beside its own. A label is its system and code
// (FHIR R4, operation $meta-add).
std::string with_labels(const std::string& resource, const Labels& labels, const Limits& limits);

}  // namespace paraneo::sync
