// What a coverage says, for people (text, HTML) and for programs (JSON).
#pragma once

#include <string>

#include "fml/observe/coverage.h"

namespace paraneo::cli {

// A rule never ran, or a field was never read.
bool coverage_has_gaps(const fml::Coverage& coverage);
std::string coverage_text(const fml::Coverage& coverage);
std::string coverage_json(const fml::Coverage& coverage);
std::string coverage_html(const fml::Coverage& coverage);  // self-contained

}  // namespace paraneo::cli
