// Dates and times as FHIR and FHIRPath write them: of any precision, with or without a zone
// (FHIR R4 2.24.0.1, FHIRPath 2.0 "Date", "DateTime", "Time"). Comparison is three-valued: what the
// precisions leave open has no answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace paraneo {

// How much of a date or time is known, the least first.
enum class Precision : std::uint8_t { year, month, day, hour, minute, second, millisecond };
// What FHIRPath's calendar durations are counted in, the longest first.
enum class CalendarUnit : std::uint8_t {
  year,
  month,
  week,
  day,
  hour,
  minute,
  second,
  millisecond
};

// A date, dateTime or time of any precision, as it was written (FHIR R4 2.24.0.1). A value: it owns
// nothing and may be copied.
struct DateTime {
  enum class Kind : std::uint8_t { date, date_time, time };
  Kind kind = Kind::date;
  Precision precision = Precision::year;
  bool has_zone = false;
  std::int16_t zone_minutes = 0;  // east of UTC
  std::int16_t year = 0;
  std::uint8_t month = 1;
  std::uint8_t day = 1;
  std::uint8_t hour = 0;
  std::uint8_t minute = 0;
  std::uint8_t second = 0;  // 60 is a leap second
  std::uint16_t millisecond = 0;
  std::uint8_t fraction_digits = 0;  // as written; at most kFractionDigitsMax are kept
  std::uint64_t attosecond = 0;      // what is written beyond the millisecond

  static constexpr int kFractionDigitsMax = 18;

  // "2003-10", "2003-10-01", a FHIR date; no value when it is none (2003-02-30 is none).
  static std::optional<DateTime> parse_date(std::string_view text);
  // A date, or "2003-10-01T12:00:00.5+02:00"; also hour or minute precision and a trailing T, as
  // FHIRPath literals have them.
  static std::optional<DateTime> parse_date_time(std::string_view text);
  static std::optional<DateTime> parse_time(std::string_view text);  // "12:30", without T
  // An instant in UTC, to the millisecond.
  static DateTime of_epoch_ms(std::int64_t since_1970);
  std::string text() const;

  // Negative, zero, positive; none when precision or zone leave it open.
  std::optional<int> compare(const DateTime& other) const;
  // Equal in every written part.
  bool same(const DateTime& other) const;
  // None when out of the years 1 to 9999. Amounts finer than the precision are counted in it.
  std::optional<DateTime> plus(std::int64_t amount, CalendarUnit unit) const;
};

}  // namespace paraneo
