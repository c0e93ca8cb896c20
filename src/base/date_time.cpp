#include "base/date_time.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace paraneo {
namespace {

// Days since 1970-01-01 in the proleptic Gregorian calendar, and back.
std::int64_t days_from(std::int64_t year, unsigned month, unsigned day) {
  year -= month <= 2 ? 1 : 0;
  const auto era = (year >= 0 ? year : year - 399) / 400;
  const auto year_of_era = static_cast<unsigned>(year - era * 400);
  const auto day_of_year = (153 * (month + (month > 2 ? -3U : 9U)) + 2) / 5 + day - 1;
  const auto day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + static_cast<std::int64_t>(day_of_era) - 719468;
}

void civil_from(std::int64_t days, DateTime& to) {
  days += 719468;
  const auto era = (days >= 0 ? days : days - 146096) / 146097;
  const auto day_of_era = static_cast<unsigned>(days - era * 146097);
  const auto year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const auto day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const auto shifted = (5 * day_of_year + 2) / 153;
  to.day = static_cast<std::uint8_t>(day_of_year - (153 * shifted + 2) / 5 + 1);
  to.month = static_cast<std::uint8_t>(shifted < 10 ? shifted + 3 : shifted - 9);
  to.year = static_cast<std::int16_t>(era * 400 + year_of_era + (to.month <= 2 ? 1 : 0));
}

unsigned days_in(int year, unsigned month) {
  constexpr std::array<unsigned, 13> kDays = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const auto leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[month];
}

constexpr std::uint64_t kAttosecondsInMillisecond = 1'000'000'000'000'000;

class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}
  bool done() const { return rest_.empty(); }
  bool take(char c) {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool number(std::size_t digits, unsigned low, unsigned high, unsigned& to) {
    if (rest_.size() < digits) return false;
    to = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return false;
      to = to * 10 + static_cast<unsigned>(rest_[i] - '0');
    }
    rest_.remove_prefix(digits);
    return to >= low && to <= high;
  }
  bool fraction(DateTime& to) {
    std::uint64_t value = 0;
    std::uint8_t digits = 0;
    while (!rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9') {
      if (digits < DateTime::kFractionDigitsMax) {
        value = value * 10 + static_cast<unsigned>(rest_[0] - '0');
        ++digits;
      }
      rest_.remove_prefix(1);
    }
    if (digits == 0) return false;
    for (int i = digits; i < DateTime::kFractionDigitsMax; ++i) value *= 10;
    to.millisecond = static_cast<std::uint16_t>(value / kAttosecondsInMillisecond);
    to.attosecond = value % kAttosecondsInMillisecond;
    to.fraction_digits = digits;
    return true;
  }

 private:
  std::string_view rest_;
};

// What eight characters must look like: 9 stands for a digit, ? for anything.
class Pattern {
 public:
  constexpr explicit Pattern(const char (&text)[9]) {
    for (std::size_t i = 0; i < 8; ++i) {
      const auto c = static_cast<std::uint64_t>(static_cast<unsigned char>(text[i]));
      // Added to what differs from the base, it reaches the highest bit of the byte where that is
      // too much.
      const auto headroom = c == '9' ? kHigh - 10 : c == '?' ? 0 : kHigh - 1;
      base_ |= (c == '9' ? std::uint64_t{'0'} : c == '?' ? 0 : c) << (8 * i);
      headroom_ |= std::uint64_t{headroom} << (8 * i);
      known_ |= std::uint64_t{c == '?' ? 0U : kHigh} << (8 * i);
    }
  }
  bool fits(const char* at) const {
    std::uint64_t bytes = 0;
    if constexpr (std::endian::native == std::endian::little) std::memcpy(&bytes, at, 8);
    else
      for (std::size_t i = 8; i-- > 0;) bytes = bytes << 8 | static_cast<unsigned char>(at[i]);
    const auto differs = bytes ^ base_;
    return ((differs | (differs + headroom_)) & known_) == 0;
  }

 private:
  static constexpr unsigned kHigh = 0x80;
  std::uint64_t base_ = 0;
  std::uint64_t headroom_ = 0;
  std::uint64_t known_ = 0;
};

unsigned two_digits(const char* at) {
  return static_cast<unsigned>(at[0] - '0') * 10 + static_cast<unsigned>(at[1] - '0');
}

// Nearly all have seconds and a zone, and no fraction. None for others, and for what is wrong: the
// Scanner knows.
std::optional<DateTime> full_date_time(std::string_view text) {
  static constexpr Pattern kDate("9999-99-");
  static constexpr Pattern kMinutes("99T99:99");
  static constexpr Pattern kSeconds("9:99:99?");
  static constexpr Pattern kZone("99?99:99");
  constexpr std::size_t kZoneAt = 19;
  const auto is_utc = text.size() == kZoneAt + 1 && text[kZoneAt] == 'Z';
  const auto has_offset =
      text.size() == kZoneAt + 6 && (text[kZoneAt] == '+' || text[kZoneAt] == '-');
  if (!is_utc && !has_offset) return std::nullopt;
  const auto* at = text.data();
  if (!kDate.fits(at) || !kMinutes.fits(at + 8) || !kSeconds.fits(at + 12) ||
      (has_offset && !kZone.fits(at + 17)))
    return std::nullopt;
  const auto year = two_digits(at) * 100 + two_digits(at + 2);
  const auto month = two_digits(at + 5);
  const auto day = two_digits(at + 8);
  if (year == 0 || month == 0 || month > 12 || day == 0 ||
      day > days_in(static_cast<int>(year), month))
    return std::nullopt;
  const auto hour = two_digits(at + 11);
  const auto minute = two_digits(at + 14);
  const auto second = two_digits(at + 17);
  const auto zone_hours = is_utc ? 0 : two_digits(at + 20);
  const auto zone_minutes = is_utc ? 0 : two_digits(at + 23);
  if (hour > 23 || minute > 59 || second > 60 || zone_hours > 14 || zone_minutes > 59)
    return std::nullopt;
  const auto zone = static_cast<std::int16_t>(zone_hours * 60 + zone_minutes);
  DateTime out;
  out.kind = DateTime::Kind::date_time;
  out.precision = Precision::second;
  out.has_zone = true;
  out.zone_minutes = static_cast<std::int16_t>(text[kZoneAt] == '-' ? -zone : zone);
  out.year = static_cast<std::int16_t>(year);
  out.month = static_cast<std::uint8_t>(month);
  out.day = static_cast<std::uint8_t>(day);
  out.hour = static_cast<std::uint8_t>(hour);
  out.minute = static_cast<std::uint8_t>(minute);
  out.second = static_cast<std::uint8_t>(second);
  return out;
}

bool scan_date(Scanner& scan, DateTime& to) {
  unsigned value = 0;
  if (!scan.number(4, 1, 9999, value)) return false;
  to.year = static_cast<std::int16_t>(value);
  to.precision = Precision::year;
  if (!scan.take('-')) return true;
  if (!scan.number(2, 1, 12, value)) return false;
  to.month = static_cast<std::uint8_t>(value);
  to.precision = Precision::month;
  if (!scan.take('-')) return true;
  if (!scan.number(2, 1, days_in(to.year, to.month), value)) return false;
  to.day = static_cast<std::uint8_t>(value);
  to.precision = Precision::day;
  return true;
}

bool scan_time(Scanner& scan, DateTime& to) {
  unsigned value = 0;
  if (!scan.number(2, 0, 23, value)) return false;
  to.hour = static_cast<std::uint8_t>(value);
  to.precision = Precision::hour;
  if (!scan.take(':')) return true;
  if (!scan.number(2, 0, 59, value)) return false;
  to.minute = static_cast<std::uint8_t>(value);
  to.precision = Precision::minute;
  if (!scan.take(':')) return true;
  if (!scan.number(2, 0, 60, value)) return false;
  to.second = static_cast<std::uint8_t>(value);
  to.precision = Precision::second;
  if (!scan.take('.')) return true;
  to.precision = Precision::millisecond;
  return scan.fraction(to);
}

bool scan_zone(Scanner& scan, DateTime& to) {
  if (scan.take('Z')) {
    to.has_zone = true;
    return true;
  }
  const auto east = scan.take('+');
  if (!east && !scan.take('-')) return true;
  unsigned hours = 0;
  unsigned minutes = 0;
  if (!scan.number(2, 0, 14, hours) || !scan.take(':') || !scan.number(2, 0, 59, minutes))
    return false;
  const auto total = static_cast<std::int16_t>(hours * 60 + minutes);
  to.zone_minutes = static_cast<std::int16_t>(east ? total : -total);
  to.has_zone = true;
  return true;
}

// Seconds and their fraction are one precision (FHIRPath 2.0, comparison).
int level(Precision p) { return p == Precision::millisecond ? 5 : static_cast<int>(p); }

std::int64_t minutes_of(const DateTime& d) {
  return (days_from(d.year, d.month, d.day) * 24 + d.hour) * 60 + d.minute;
}

void set_minutes(DateTime& d, std::int64_t minutes) {
  auto days = minutes / 1440;
  auto rest = minutes % 1440;
  if (rest < 0) {
    rest += 1440;
    --days;
  }
  civil_from(days, d);
  d.hour = static_cast<std::uint8_t>(rest / 60);
  d.minute = static_cast<std::uint8_t>(rest % 60);
}

std::array<int, 6> parts_of(const DateTime& d) {
  return {d.year, d.month, d.day, d.hour, d.minute, d.second * 1000 + d.millisecond};
}

bool in_range(std::int64_t year) { return year >= 1 && year <= 9999; }

std::optional<DateTime> plus_months(DateTime d, std::int64_t months) {
  const auto total = std::int64_t{d.year} * 12 + d.month - 1 + months;
  const auto year = total >= 0 ? total / 12 : -1;
  if (!in_range(year)) return std::nullopt;
  d.year = static_cast<std::int16_t>(year);
  d.month = static_cast<std::uint8_t>(total % 12 + 1);
  d.day = static_cast<std::uint8_t>(std::min<unsigned>(d.day, days_in(d.year, d.month)));
  return d;
}

std::optional<DateTime> plus_milliseconds(DateTime d, std::int64_t amount) {
  const auto base =
      d.kind == DateTime::Kind::time ? (std::int64_t{d.hour} * 60 + d.minute) : minutes_of(d);
  auto total = (base * 60 + d.second) * 1000 + d.millisecond + amount;
  constexpr std::int64_t kDay = 86'400'000;
  if (d.kind == DateTime::Kind::time) total = ((total % kDay) + kDay) % kDay;
  auto minutes = total / 60000;
  auto rest = total % 60000;
  if (rest < 0) {
    rest += 60000;
    --minutes;
  }
  if (d.kind == DateTime::Kind::time) {
    d.hour = static_cast<std::uint8_t>(minutes / 60);
    d.minute = static_cast<std::uint8_t>(minutes % 60);
  } else {
    set_minutes(d, minutes);
  }
  d.second = static_cast<std::uint8_t>(rest / 1000);
  d.millisecond = static_cast<std::uint16_t>(rest % 1000);
  if (!in_range(d.year) && d.kind != DateTime::Kind::time) return std::nullopt;
  return d;
}

}  // namespace

std::optional<DateTime> DateTime::parse_date(std::string_view text) {
  DateTime out;
  Scanner scan(text);
  if (!scan_date(scan, out) || !scan.done()) return std::nullopt;
  return out;
}

std::optional<DateTime> DateTime::parse_date_time(std::string_view text) {
  if (const auto full = full_date_time(text)) return full;
  DateTime out;
  out.kind = Kind::date_time;
  Scanner scan(text);
  if (!scan_date(scan, out)) return std::nullopt;
  if (scan.take('T') && !scan.done()) {
    if (out.precision != Precision::day || !scan_time(scan, out) || !scan_zone(scan, out))
      return std::nullopt;
  }
  if (!scan.done()) return std::nullopt;
  return out;
}

std::optional<DateTime> DateTime::parse_time(std::string_view text) {
  DateTime out;
  out.kind = Kind::time;
  Scanner scan(text);
  if (!scan_time(scan, out) || !scan.done()) return std::nullopt;
  return out;
}

DateTime DateTime::of_epoch_ms(std::int64_t since_1970) {
  const auto epoch = *parse_date_time("1970-01-01T00:00:00.000Z");
  return epoch.plus(since_1970, CalendarUnit::millisecond).value_or(epoch);
}

std::string DateTime::text() const {
  std::string out;
  const auto put = [&](char before, std::uint64_t value, unsigned digits) {
    if (before != 0) out.push_back(before);
    out.append(digits, '0');
    for (auto at = out.size(); value > 0; value /= 10)
      out[--at] = static_cast<char>('0' + value % 10);
  };
  if (kind != Kind::time) {
    put(0, static_cast<unsigned>(year), 4);
    if (precision >= Precision::month) put('-', month, 2);
    if (precision >= Precision::day) put('-', day, 2);
    if (precision >= Precision::hour) out += 'T';
  }
  if (precision >= Precision::hour) put(0, hour, 2);
  if (precision >= Precision::minute) put(':', minute, 2);
  if (precision >= Precision::second) put(':', second, 2);
  if (precision == Precision::millisecond) put('.', millisecond, 3);
  if (precision == Precision::millisecond && attosecond != 0) {
    auto value = attosecond;
    for (int i = fraction_digits; i < kFractionDigitsMax; ++i) value /= 10;
    put(0, value, fraction_digits - 3U);
  }
  if (has_zone && zone_minutes == 0) out += 'Z';
  if (has_zone && zone_minutes != 0) {
    const auto total = static_cast<unsigned>(zone_minutes < 0 ? -zone_minutes : zone_minutes);
    put(zone_minutes < 0 ? '-' : '+', total / 60, 2);
    put(':', total % 60, 2);
  }
  return out;
}

std::optional<int> DateTime::compare(const DateTime& other) const {
  if ((kind == Kind::time) != (other.kind == Kind::time)) return std::nullopt;
  auto a = *this;
  auto b = other;
  const auto shared = std::min(level(a.precision), level(b.precision));
  const auto has_times = shared >= 3 && kind != Kind::time;
  if (has_times && a.has_zone != b.has_zone) return std::nullopt;
  if (has_times && a.has_zone) {
    set_minutes(a, minutes_of(a) - a.zone_minutes);
    set_minutes(b, minutes_of(b) - b.zone_minutes);
  }
  const auto left = parts_of(a);
  const auto right = parts_of(b);
  const auto first = kind == Kind::time ? 3 : 0;
  for (auto i = static_cast<std::size_t>(first); i <= static_cast<std::size_t>(shared); ++i)
    if (left[i] != right[i]) return left[i] < right[i] ? -1 : 1;
  if (shared == level(Precision::second) && a.attosecond != b.attosecond)
    return a.attosecond < b.attosecond ? -1 : 1;
  if (level(a.precision) != level(b.precision)) return std::nullopt;
  return 0;
}

bool DateTime::same(const DateTime& other) const {
  return kind == other.kind && level(precision) == level(other.precision) && compare(other) == 0;
}

std::optional<DateTime> DateTime::plus(std::int64_t amount, CalendarUnit unit) const {
  constexpr std::int64_t kAmountMax = 400'000'000'000'000;
  if (amount > kAmountMax || amount < -kAmountMax) return std::nullopt;
  // A partial value is changed in its own precision: 2014 + 24 months is 2016.
  if (kind != Kind::time) {
    if (unit == CalendarUnit::year)
      return amount > 10000 || amount < -10000 ? std::nullopt : plus_months(*this, amount * 12);
    if (unit == CalendarUnit::month) {
      if (amount > 120000 || amount < -120000) return std::nullopt;
      return plus_months(*this, precision == Precision::year ? amount / 12 * 12 : amount);
    }
  } else if (unit <= CalendarUnit::day) {
    return std::nullopt;
  }
  constexpr std::array<std::int64_t, 8> kMilliseconds = {0,         0,      604'800'000, 86'400'000,
                                                         3'600'000, 60'000, 1'000,       1};
  if (amount > kAmountMax / kMilliseconds[static_cast<std::size_t>(unit)] ||
      amount < -kAmountMax / kMilliseconds[static_cast<std::size_t>(unit)])
    return std::nullopt;
  const auto total = amount * kMilliseconds[static_cast<std::size_t>(unit)];
  if (kind != Kind::time && precision == Precision::year)
    return plus(total / (kMilliseconds[3] * 365), CalendarUnit::year);
  if (kind != Kind::time && precision == Precision::month)
    return plus(total / (kMilliseconds[3] * 30), CalendarUnit::month);
  const auto step = precision == Precision::day      ? kMilliseconds[3]
                    : precision == Precision::hour   ? kMilliseconds[4]
                    : precision == Precision::minute ? kMilliseconds[5]
                                                     : 1;
  return plus_milliseconds(*this, total / step * step);
}

}  // namespace paraneo
