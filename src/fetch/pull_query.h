// Private to pull*.cpp: the parameters of a search URL.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace paraneo::fetch {

bool has_parameter(std::string_view query, std::string_view name);
void add_parameter(std::string& url, std::string_view name, std::string_view value);
// Without the parameter that Pull adds for `since`.
std::string without_since(std::string url);

// The pull is not complete.
Error incomplete(std::string what, const std::string& label, std::string advice);

}  // namespace paraneo::fetch
