// Any bytes as a number, a date, a time, base64 or a percent-encoded text: refused, or kept as they
// are written.
#include "base/base64.h"
#include "base/date_time.h"
#include "base/decimal.h"
#include "base/percent.h"
#include "fuzz.h"

namespace {

using namespace paraneo;

void check(const std::optional<Decimal>& number) {
  if (!number) return;
  const auto again = Decimal::parse(number->text());
  fuzz::require(again && *again == *number && again->text() == number->text());
  if (const auto sum = number->plus(*number)) fuzz::require(sum->minus(*number) == *number);
  fuzz::require(number->negated().negated() == *number);
}

void check(const std::optional<DateTime>& time,
           std::optional<DateTime> (*parse)(std::string_view)) {
  if (!time) return;
  const auto again = parse(time->text());
  fuzz::require(again && again->same(*time) && again->text() == time->text());
  // A year is compared with itself: nothing is left open.
  fuzz::require(time->compare(*again) == 0);
  for (const auto unit : {CalendarUnit::year, CalendarUnit::month, CalendarUnit::week,
                          CalendarUnit::day, CalendarUnit::hour, CalendarUnit::millisecond})
    if (const auto later = time->plus(1, unit)) {
      fuzz::require(later->precision == time->precision);
      // A time of day goes round.
      if (time->kind != DateTime::Kind::time) fuzz::require(later->compare(*time).value_or(0) >= 0);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text(data, size);
  check(Decimal::parse(text));
  check(DateTime::parse_date(text), DateTime::parse_date);
  check(DateTime::parse_date_time(text), DateTime::parse_date_time);
  check(DateTime::parse_time(text), DateTime::parse_time);
  fuzz::require(from_base64url(base64url(text)) == text);
  if (const auto bytes = from_base64url(text))
    fuzz::require(base64url(*bytes).size() == text.size());
  fuzz::require(percent_decoded(text).size() <= text.size());
  return 0;
}
