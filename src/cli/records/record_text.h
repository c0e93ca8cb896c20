// Whether a JSON text is a case record, without reading it.
#pragma once

#include <string_view>

namespace paraneo::cli {

// By "resourceType": "CaseRecord", wherever it stands.
bool is_record(std::string_view json);

}  // namespace paraneo::cli
