// Dates and times in the forms that people and other systems write: the format codes of the mapping
// language's date and time transforms ("Date Time Transformation Details").
//
//   yyyy yy MM M MMM MMMM dd d HH H hh h mm m ss s S.. a Z z; all else stands for itself.
//
// Names of months are English; z knows UTC and GMT. Two digits of a year mean 1950 to 2049.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace paraneo::fml {

// What a text said; absent parts were not in the format.
struct DateParts {
  std::optional<int> year, month, day, hour, minute, second;
  std::string fraction;  // digits
  std::string zone;      // "Z" or "+02:00"
};

// None when the text is not in this form, or is no date.
std::optional<DateParts> parse_date(std::string_view text, std::string_view format);

// What a text is to be read as.
enum class DateForm { date, date_time, time, any };
// FHIR's form: as precise as the parts are. Empty when they cannot make one: a date without a year,
// a time of a day without its zone (FHIR R4 2.24.0.1).
std::string fhir_date(const DateParts& parts, DateForm form);

// Seconds since 1970, in the zone ("Z", "+10:00").
std::optional<DateParts> parts_of_unix(std::int64_t seconds, std::string_view zone);
// "Z" or "+hh:mm" of "Z", "UTC", "+02", "+0200", "+02:00"; empty for anything else.
std::string zone_of(std::string_view text);

}  // namespace paraneo::fml
