// Search parameters of FHIR REST (R4 3.1.1) that the sandbox knows, and what a resource is found
// by.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"
#include "sandbox/store.h"

namespace paraneo::sandbox {

// A search that was understood.
struct Search {
  Query query;
  bool count_only = false;  // _summary=count
};

// `text`: "code=x&_count=5", percent-encoded. A parameter that is not known is an error, never
// ignored: ignoring one would find too much.
Result<Search> parse_search(const std::string& type, std::string_view text,
                            std::size_t count_default, std::size_t count_max);

// What the sandbox finds the resource by.
std::vector<IndexValue> index_of(const json::Value& resource);

// "2026-01-31T12:00:00.000Z"
std::string instant(std::int64_t ms);

// Parameters that every type can be searched by, for the CapabilityStatement.
struct Parameter {
  std::string_view name;
  std::string_view type;  // token, reference, date
};
const std::vector<Parameter>& parameters();

}  // namespace paraneo::sandbox
