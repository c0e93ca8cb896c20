#include "rest/http_date.h"

#include <charconv>
#include <chrono>

namespace paraneo::rest {

std::optional<std::int64_t> read_http_date(std::string_view text) {
  const auto number = [&](std::size_t at, std::size_t size) -> std::optional<int> {
    int value = 0;
    const auto* begin = text.data() + at;
    const auto [end, ec] = std::from_chars(begin, begin + size, value);
    if (ec != std::errc() || end != begin + size || value < 0) return std::nullopt;
    return value;
  };
  constexpr std::size_t kDateChars = 29;
  if (text.size() != kDateChars) return std::nullopt;
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const auto month = kMonths.find(text.substr(8, 3));
  const auto day = number(5, 2);
  const auto year = number(12, 4);
  const auto hours = number(17, 2);
  const auto minutes = number(20, 2);
  const auto seconds = number(23, 2);
  if (month == std::string_view::npos || month % 3 != 0 || !day || !year || !hours || !minutes ||
      !seconds)
    return std::nullopt;
  using namespace std::chrono;
  const year_month_day date(std::chrono::year(*year),
                            std::chrono::month(static_cast<unsigned>(month / 3 + 1)),
                            std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return std::nullopt;
  const auto at = sys_days(date) + std::chrono::hours(*hours) + std::chrono::minutes(*minutes) +
                  std::chrono::seconds(*seconds);
  return duration_cast<milliseconds>(at.time_since_epoch()).count();
}

}  // namespace paraneo::rest
