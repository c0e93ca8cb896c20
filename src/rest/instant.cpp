#include "rest/instant.h"

#include <chrono>

#include "base/date_time.h"

namespace paraneo::rest {

std::optional<std::int64_t> instant_ms(std::string_view text) {
  const auto time = DateTime::parse_date_time(text);
  if (!time || (!time->has_zone && time->precision > Precision::day)) return std::nullopt;
  using namespace std::chrono;
  const auto day = sys_days(year(time->year) / month(time->month) / std::chrono::day(time->day));
  const auto at = day + hours(time->hour) + minutes(time->minute - time->zone_minutes) +
                  seconds(time->second) + milliseconds(time->millisecond);
  return duration_cast<milliseconds>(at.time_since_epoch()).count();
}

std::string instant_text(std::int64_t ms) { return DateTime::of_epoch_ms(ms).text(); }

}  // namespace paraneo::rest
