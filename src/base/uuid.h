// UUIDs from names (RFC 4122 version 5): the same name has the same id for ever.
#pragma once

#include <string>
#include <string_view>

namespace paraneo {

// Of the name inside the namespace, which is itself the name of a URL.
std::string uuid_of(std::string_view namespace_url, std::string_view name);

}  // namespace paraneo
