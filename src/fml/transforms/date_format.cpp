#include "fml/transforms/date_format.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace paraneo::fml {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
constexpr std::int64_t kDayS = 86'400;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool starts_with_word(std::string_view text, std::string_view word) {
  return text.size() >= word.size() &&
         std::equal(word.begin(), word.end(), text.begin(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

int days_of(int year, int month) {
  const auto leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return kDays[static_cast<std::size_t>(month - 1)] + (month == 2 && leap ? 1 : 0);
}

std::string two(int value) {
  std::string out = std::to_string(value);
  return out.size() < 2 ? "0" + out : out;
}

class Parser {
 public:
  Parser(std::string_view text, std::string_view format) : text_(text), format_(format) {}

  std::optional<DateParts> parse() {
    while (!format_.empty()) {
      const auto code = format_[0];
      const auto count = std::min(format_.find_first_not_of(code), format_.size());
      format_.remove_prefix(count);
      if (!part(code, count)) return std::nullopt;
    }
    if (!text_.empty() || !twelve_hours() || !in_range()) return std::nullopt;
    return parts_;
  }

 private:
  // A run of `count` times the same letter of the format.
  bool part(char code, std::size_t count) {
    switch (code) {
      case 'y': return count == 4 ? number(parts_.year, 4, 4) : count == 2 && short_year();
      case 'M':
        return count > 4   ? false
               : count > 2 ? month_name(count == 4)
                           : number(parts_.month, count, 2);
      case 'd': return count <= 2 && number(parts_.day, count, 2);
      case 'H': return count <= 2 && number(parts_.hour, count, 2);
      case 'h': return count <= 2 && number(parts_.hour, count, 2) && (half_day_ = true);
      case 'm': return count <= 2 && number(parts_.minute, count, 2);
      case 's': return count <= 2 && number(parts_.second, count, 2);
      case 'S': return digits(parts_.fraction, count);
      case 'a': return half();
      case 'Z':
      case 'z': return zone();
      default: return literal(code, count);
    }
  }

  bool literal(char c, std::size_t count) {
    for (; count > 0; --count) {
      if (text_.empty() || text_[0] != c) return false;
      text_.remove_prefix(1);
    }
    return true;
  }

  bool digits(std::string& to, std::size_t count) {
    if (text_.size() < count ||
        !std::all_of(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(count), is_digit))
      return false;
    to = text_.substr(0, count);
    text_.remove_prefix(count);
    return true;
  }

  bool number(std::optional<int>& to, std::size_t count_min, std::size_t count_max) {
    std::size_t count = 0;
    int value = 0;
    while (count < count_max && count < text_.size() && is_digit(text_[count]))
      value = value * 10 + (text_[count++] - '0');
    if (count < count_min) return false;
    to = value;
    text_.remove_prefix(count);
    return true;
  }

  bool short_year() {
    if (!number(parts_.year, 2, 2)) return false;
    *parts_.year += *parts_.year < 50 ? 2000 : 1900;
    return true;
  }

  bool month_name(bool whole) {
    for (std::size_t i = 0; i < kMonths.size(); ++i) {
      const auto name = whole ? kMonths[i] : kMonths[i].substr(0, 3);
      if (!starts_with_word(text_, name)) continue;
      parts_.month = static_cast<int>(i) + 1;
      text_.remove_prefix(name.size());
      return true;
    }
    return false;
  }

  bool half() {
    const auto first = text_.empty() ? '\0' : lower(text_[0]);
    if (first != 'a' && first != 'p') return false;
    afternoon_ = first == 'p';
    text_.remove_prefix(text_.size() > 1 && lower(text_[1]) == 'm' ? 2 : 1);
    return true;
  }

  bool zone() {
    auto end = std::min(text_.find_first_not_of("+-0123456789:"), text_.size());
    for (const std::string_view word : {"Z", "UTC", "GMT"})
      if (end == 0 && starts_with_word(text_, word)) end = word.size();
    parts_.zone = zone_of(text_.substr(0, end));
    text_.remove_prefix(end);
    return !parts_.zone.empty();
  }

  bool twelve_hours() {
    if (!half_day_) return !afternoon_;
    if (!afternoon_ || *parts_.hour < 1 || *parts_.hour > 12) return false;
    parts_.hour = *parts_.hour % 12 + (*afternoon_ ? 12 : 0);
    return true;
  }

  bool in_range() const {
    const auto outside = [](const std::optional<int>& value, int min, int max) {
      return value && (*value < min || *value > max);
    };
    if (outside(parts_.year, 1, 9999) || outside(parts_.month, 1, 12) ||
        outside(parts_.hour, 0, 23))
      return false;
    if (outside(parts_.minute, 0, 59) || outside(parts_.second, 0, 59)) return false;
    return !outside(parts_.day, 1,
                    parts_.month ? days_of(parts_.year.value_or(2000), *parts_.month) : 31);
  }

  std::string_view text_;
  std::string_view format_;
  DateParts parts_;
  bool half_day_ = false;
  std::optional<bool> afternoon_;
};

std::string clock_of(const DateParts& parts) {
  auto out =
      two(*parts.hour) + ":" + two(parts.minute.value_or(0)) + ":" + two(parts.second.value_or(0));
  return parts.fraction.empty() ? out : out + "." + parts.fraction;
}

}  // namespace

std::optional<DateParts> parse_date(std::string_view text, std::string_view format) {
  return Parser(text, format).parse();
}

std::string fhir_date(const DateParts& parts, DateForm form) {
  const auto clock = parts.hour.has_value();
  if (form == DateForm::time || (form == DateForm::any && clock && !parts.year))
    return clock ? clock_of(parts) : "";
  if (!parts.year || (parts.day && !parts.month)) return {};
  char year[8];
  std::snprintf(year, sizeof year, "%04d", *parts.year % 10000);
  std::string out = year;
  if (parts.month) out += "-" + two(*parts.month);
  if (parts.day) out += "-" + two(*parts.day);
  if (form == DateForm::date || !clock) return out;
  if (!parts.day || parts.zone.empty()) return {};
  return out + "T" + clock_of(parts) + parts.zone;
}

std::string zone_of(std::string_view text) {
  if (text == "Z" || text == "UTC" || text == "GMT" || text == "z") return "Z";
  if (text.size() < 3 || (text[0] != '+' && text[0] != '-')) return {};
  std::string digits;
  for (const char c : text.substr(1)) {
    if (is_digit(c)) digits.push_back(c);
    else if (c != ':' || digits.size() != 2) return {};
  }
  if (digits.size() == 2) digits += "00";
  if (digits.size() != 4 || digits > "1400" || digits.substr(2) > "59") return {};
  return text[0] + digits.substr(0, 2) + ":" + digits.substr(2);
}

std::optional<DateParts> parts_of_unix(std::int64_t seconds, std::string_view zone) {
  DateParts parts;
  parts.zone = zone_of(zone);
  constexpr std::int64_t kLastS = 253'402'300'799;  // 9999-12-31T23:59:59Z
  if (parts.zone.empty() || seconds > kLastS - kDayS || seconds < -62'135'596'800 + kDayS)
    return std::nullopt;
  if (parts.zone != "Z") {
    const auto shift =
        std::stoi(parts.zone.substr(1, 2)) * 3600 + std::stoi(parts.zone.substr(4, 2)) * 60;
    seconds += parts.zone[0] == '-' ? -shift : shift;
  }
  auto days = seconds / kDayS;
  auto rest = seconds % kDayS;
  if (rest < 0) rest += kDayS, --days;
  // Days since 0000-03-01, in eras of 400 years.
  days += 719'468;
  const auto era = (days >= 0 ? days : days - 146'096) / 146'097;
  const auto of_era = days - era * 146'097;
  const auto year_of_era = (of_era - of_era / 1460 + of_era / 36'524 - of_era / 146'096) / 365;
  const auto of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const auto shifted = (5 * of_year + 2) / 153;
  parts.day = static_cast<int>(of_year - (153 * shifted + 2) / 5 + 1);
  parts.month = static_cast<int>(shifted < 10 ? shifted + 3 : shifted - 9);
  parts.year = static_cast<int>(year_of_era + era * 400 + (*parts.month <= 2 ? 1 : 0));
  parts.hour = static_cast<int>(rest / 3600);
  parts.minute = static_cast<int>(rest / 60 % 60);
  parts.second = static_cast<int>(rest % 60);
  return parts;
}

}  // namespace paraneo::fml
