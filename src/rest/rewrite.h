// Resources as text, with ids and references that have become known.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "json/value.h"

namespace paraneo::rest {

// What a string value is replaced by: "urn:uuid:..." -> "Patient/1".
using References = std::map<std::string, std::string, std::less<>>;

// JSON without white space: resourceType, the id (none when it is empty and the resource has
// none), then the members in their order, with each string that is a key of `references` replaced.
std::string resource_text(const json::Value& resource, std::string_view id,
                          const References& references);
// The same for one reference and a resource as text.
std::string with_reference(const std::string& resource, const std::string& from,
                           const std::string& to, const std::string& id = {});

}  // namespace paraneo::rest
