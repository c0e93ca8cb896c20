// Private to fetch: the parameters of a search URL, and the counts in its answers.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"
#include "json/value.h"

namespace paraneo::fetch {

// "Condition?code=...": without the slashes that may stand before it, and the type alone.
std::string relative_query(std::string_view query);
std::string_view type_of_query(std::string_view query);
bool has_parameter(std::string_view query, std::string_view name);
void add_parameter(std::string& url, std::string_view name, std::string_view value);
// The number of its _count; 0 when it has none.
std::size_t count_in(std::string_view url);
// With another _count in the place of the one that it has; 0: without.
std::string with_page_size(std::string url, std::size_t entries);
// Whether resources may come that were not searched for: _include, _revinclude, also with
// modifiers.
bool has_include(std::string_view query);
std::string without_includes(const std::string& url);
// Whether it names a person: such a query does not belong into a URL, which is logged on its way.
bool is_identifying(std::string_view query);
// Whether parts of resources were asked for.
bool asks_for_parts(std::string_view query);
// Without the parameter that a pull adds for `since`.
std::string without_since(std::string url);

// Bundle.total; nothing when there is none that is a number.
std::optional<std::uint64_t> total_in(const json::Value& bundle);
// Of the next page; empty: there is none. An error where it is said that there is one, and not
// which: what follows would be lost.
Result<std::string> next_link(const json::Value& bundle, const std::string& label);
// None where there is no such member; an error where it is no list.
Result<std::span<const json::Value>> entries_of(const json::Value& bundle,
                                                const std::string& label);
// The answer to _summary=count; nothing when it is none, but a page of results.
std::optional<std::uint64_t> read_count(const std::string& body, const Limits& limits);

// The pull is not complete.
Error incomplete(std::string what, const std::string& label, std::string advice);

}  // namespace paraneo::fetch
