#include "cli/records/record_text.h"

#include <algorithm>

namespace paraneo::cli {

bool is_record(std::string_view json) {
  constexpr std::string_view kName = "\"resourceType\"", kRecord = "\"CaseRecord\"";
  for (auto at = json.find(kName); at != std::string_view::npos; at = json.find(kName, at)) {
    at = json.find_first_not_of(" \t\r\n", at + kName.size());
    if (at == std::string_view::npos || json[at] != ':') continue;
    at = std::min(json.find_first_not_of(" \t\r\n", at + 1), json.size());
    if (json.substr(at).starts_with(kRecord)) return true;
  }
  return false;
}

}  // namespace paraneo::cli
