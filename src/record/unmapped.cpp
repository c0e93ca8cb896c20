#include "record/unmapped.h"

#include <algorithm>
#include <vector>

namespace paraneo::record {
namespace {

// RFC 4180. A leading = + - @ would be a formula in a spreadsheet.
std::string field(std::string_view text) {
  const auto formula = !text.empty() && std::string_view("=+-@").find(text[0]) != std::string_view::npos;
  if (!formula && text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string out = formula ? "\"'" : "\"";
  for (const char c : text) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  return out + "\"";
}

}  // namespace

void UnmappedCodes::unmapped(const terminology::ConceptMap& map, const terminology::Code& code, const element::Element*) {
  // A code of a system that is translated to needs no translation there.
  const auto is_standard = !code.system.empty() && map.has_target(code.system);
  if (!with_known_ && (is_standard || map.mentions(code.system, code.code))) return;
  ++counts_[{std::string(map.url()), std::string(code.system), std::string(code.code)}];
}

void UnmappedCodes::merge(const UnmappedCodes& other) {
  for (const auto& [key, count] : other.counts_) counts_[key] += count;
}

std::string UnmappedCodes::csv() const {
  std::vector<std::pair<Key, std::uint64_t>> rows(counts_.begin(), counts_.end());
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string out = "count,map,system,code,target_system,target_code,target_display\n";
  for (const auto& [key, count] : rows)
    out += std::to_string(count) + "," + field(key.map) + "," + field(key.system) + "," + field(key.code) + ",,,\n";
  return out;
}

}  // namespace paraneo::record
