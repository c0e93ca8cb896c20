#include "record/gather/version.h"

#include <tuple>

#include "base/date_time.h"

namespace paraneo::record {
namespace {

constexpr std::int64_t kDayMs = std::int64_t{24} * 60 * 60 * 1000;

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

std::optional<int> order_of_numbers(const Version& a, const Version& b) {
  const auto one = number_of(a.number), other = number_of(b.number);
  if (!one || !other || *one == *other) return std::nullopt;
  return *one < *other ? -1 : 1;
}

std::optional<DateTime> time_of(const Version& version, std::int64_t now_ms) {
  if (is_in_future(version.updated, now_ms)) return std::nullopt;
  return DateTime::parse_date_time(version.updated);
}

// None where the day of UTC is not known.
std::optional<std::tuple<int, int, int>> day_of(const DateTime& time) {
  if (!time.has_zone) return std::nullopt;
  const auto at = time.plus(-time.zone_minutes, CalendarUnit::minute);
  if (!at) return std::nullopt;
  return std::tuple<int, int, int>(at->year, at->month, at->day);
}

}  // namespace

bool is_in_future(const std::string& updated, std::int64_t now_ms) {
  const auto time = DateTime::parse_date_time(updated);
  return time && time->compare(DateTime::of_epoch_ms(now_ms + kDayMs)).value_or(0) > 0;
}

std::optional<int> compare_versions(const Version& a, const Version& b, std::int64_t now_ms) {
  const auto numbers = order_of_numbers(a, b);
  const auto one = time_of(a, now_ms), other = time_of(b, now_ms);
  if (!one || !other) return numbers;
  const auto day = day_of(*one), other_day = day_of(*other);
  const auto is_one_day = day && other_day && *day == *other_day;
  if (is_one_day && numbers) return numbers;
  const auto times = one->compare(*other);
  return times && *times != 0 ? times : numbers;
}

bool contradict_each_other(const Version& a, const Version& b, std::int64_t now_ms) {
  const auto numbers = order_of_numbers(a, b);
  return numbers && numbers != compare_versions(a, b, now_ms);
}

}  // namespace paraneo::record
