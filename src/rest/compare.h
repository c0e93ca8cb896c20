// Whether a resource on the server already says what ours says.
#pragma once

#include <string_view>

#include "json/value.h"

namespace paraneo::rest {

// Equal apart from what a server changes on its own: meta.versionId, meta.lastUpdated,
// meta.source when ours has none, the narrative (text), tags and security labels it added,
// the order of meta.profile, and references written with its base URL. Numbers are compared as
// written: 26.0 is not 26.
bool same_content(const json::Value& ours, const json::Value& theirs, std::string_view base_url);

// Equal as JSON, whatever the order of members.
bool same_json(const json::Value& a, const json::Value& b, std::string_view base_url = {});

}  // namespace paraneo::rest
