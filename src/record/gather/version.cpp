#include "record/gather/version.h"

#include <cstdint>

#include "base/date_time.h"

namespace paraneo::record {
namespace {

std::optional<std::int64_t> number_of(std::string_view version) {
  if (version.starts_with("W/")) version.remove_prefix(2);
  if (version.size() >= 2 && version.front() == '"')
    version = version.substr(1, version.size() - 2);
  constexpr std::size_t kDigitsMax = 18;
  if (version.empty() || version.size() > kDigitsMax) return std::nullopt;
  std::int64_t number = 0;
  for (const char c : version) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

}  // namespace

std::optional<int> compare_versions(const Version& a, const Version& b) {
  const auto at = [](const Version& each) { return DateTime::parse_date_time(each.updated); };
  if (const auto one = at(a), other = at(b); one && other)
    if (const auto order = one->compare(*other); order && *order != 0) return order;
  if (const auto one = number_of(a.number), other = number_of(b.number);
      one && other && *one != *other)
    return *one < *other ? -1 : 1;
  return std::nullopt;
}

}  // namespace paraneo::record
