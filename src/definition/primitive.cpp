#include "definition/primitive.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>

#include "base/date_time.h"
#include "base/decimal.h"

namespace paraneo::definition {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

template <class Test>
bool all_of(std::string_view text, const Test& test) {
  return std::all_of(text.begin(), text.end(), test);
}

// A set of characters, to be asked without a branch: what digits and letters follow one another in
// an id cannot be foretold.
template <class Test>
constexpr std::array<bool, 256> set_of(const Test& test) {
  std::array<bool, 256> set{};
  for (std::size_t c = 0; c < set.size(); ++c) set[c] = test(static_cast<char>(c));
  return set;
}
constexpr auto kOfId =
    set_of([](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '.'; });
constexpr auto kOfUuid =
    set_of([](char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || c == '-'; });

bool all_in(std::string_view text, const std::array<bool, 256>& set) {
  bool all = true;
  for (const char c : text) all &= set[static_cast<unsigned char>(c)];
  return all;
}

// JSON's grammar for the number, so only the range is left to look at.
bool is_integer(std::string_view text, std::int64_t low, std::int64_t high) {
  if (!all_of(text, [](char c) { return is_digit(c) || c == '-'; })) return false;
  const auto number = Decimal::parse(text);
  const auto value = number ? number->to_integer() : std::nullopt;
  return value && *value >= low && *value <= high;
}

bool is_id(std::string_view text) { return text.size() <= 64 && all_in(text, kOfId); }

template <class Word>
bool any_below_in(const char* at, unsigned char limit) {
  constexpr Word kOnes = ~Word{0} / 255;
  Word bytes = 0;
  std::memcpy(&bytes, at, sizeof bytes);
  return ((bytes - kOnes * limit) & ~bytes & (kOnes * 0x80)) != 0;
}

// Whether one of the characters is below the limit (at most 0x80). A word at once; the last one
// overlaps the one before.
bool any_below(std::string_view text, unsigned char limit) {
  const auto* at = text.data();
  const auto* end = at + text.size();
  if (text.size() >= 8) {
    for (; end - at > 8; at += 8)
      if (any_below_in<std::uint64_t>(at, limit)) return true;
    return any_below_in<std::uint64_t>(end - 8, limit);
  }
  if (text.size() >= 4)
    return any_below_in<std::uint32_t>(at, limit) || any_below_in<std::uint32_t>(end - 4, limit);
  return std::any_of(at, end, [limit](char c) { return static_cast<unsigned char>(c) < limit; });
}

// Most are: some digits, perhaps with a point among them.
bool is_short_decimal(std::string_view text) {
  constexpr std::size_t kShort = 16;
  if (text.size() > kShort) return false;
  if (text[0] == '-') text.remove_prefix(1);
  const auto digits = [&] {
    const auto size = text.size();
    while (!text.empty() && is_digit(text[0])) text.remove_prefix(1);
    return size - text.size();
  };
  const auto has_lead = text.starts_with('0');
  const auto whole = digits();
  if (whole == 0 || (has_lead && whole > 1)) return false;
  if (text.empty()) return true;
  if (text[0] != '.') return false;
  text.remove_prefix(1);
  return digits() > 0 && text.empty();
}

// "No whitespace other than single spaces in the contents", and none at its ends.
bool is_code(std::string_view text) {
  if (!any_below(text, ' ' + 1)) return true;
  if (text.front() == ' ' || text.back() == ' ') return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (is_space(text[i]) && (text[i] != ' ' || text[i + 1] == ' ')) return false;
  return true;
}

bool is_oid(std::string_view text) {
  if (!text.starts_with("urn:oid:")) return false;
  text.remove_prefix(8);
  if (text.size() < 2 || text[0] < '0' || text[0] > '2' || text[1] != '.') return false;
  // Each number after the first one: 0, or digits that do not begin with it.
  for (text.remove_prefix(1); !text.empty();) {
    text.remove_prefix(1);
    const auto number = text.substr(0, text.find('.'));
    if (number.empty() || (number[0] == '0' && number.size() > 1) || !all_of(number, is_digit))
      return false;
    text.remove_prefix(number.size());
  }
  return true;
}

bool is_uuid(std::string_view text) {
  if (!text.starts_with("urn:uuid:") || text.size() != 45) return false;
  text.remove_prefix(9);
  return all_in(text, kOfUuid) && std::count(text.begin(), text.end(), '-') == 4 &&
         text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-';
}

// RFC 4648: what fills up the last four is at their end.
bool is_base64(std::string_view text) {
  std::size_t count = 0, padding = 0;
  for (const char c : text) {
    if (is_space(c)) continue;
    if (!is_letter(c) && !is_digit(c) && c != '+' && c != '/' && c != '=') return false;
    if (c == '=') ++padding;
    else if (padding > 0) return false;
    ++count;
  }
  return count % 4 == 0 && padding <= 2;
}

// No zone is further from UTC than 14 hours.
bool is_instant(const std::optional<DateTime>& value) {
  constexpr int kZoneMinutesMax = 14 * 60;
  return value && value->precision >= Precision::second && value->has_zone &&
         value->zone_minutes >= -kZoneMinutesMax && value->zone_minutes <= kZoneMinutesMax;
}

// Hours need minutes, seconds and a zone: FHIR has no dateTime of minutes.
bool is_date_time(std::string_view text) {
  const auto value = DateTime::parse_date_time(text);
  return value && !text.ends_with('T') && (value->precision <= Precision::day || is_instant(value));
}

bool is_time(std::string_view text) {
  const auto value = DateTime::parse_time(text);
  return value && value->precision >= Precision::second;
}

// Printable text: of the control characters only tab and line breaks.
bool is_text(std::string_view text) {
  return !any_below(text, ' ') ||
         all_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x20 || is_space(c); });
}

}  // namespace

bool has_form(PrimitiveForm form, std::string_view text) {
  if (text.empty()) return false;
  switch (form) {
    case PrimitiveForm::boolean: return text == "true" || text == "false";
    case PrimitiveForm::decimal: return is_short_decimal(text) || Decimal::parse(text).has_value();
    case PrimitiveForm::integer: return is_integer(text, INT32_MIN, INT32_MAX);
    case PrimitiveForm::unsigned_int: return is_integer(text, 0, INT32_MAX);
    case PrimitiveForm::positive_int: return is_integer(text, 1, INT32_MAX);
    case PrimitiveForm::date: return DateTime::parse_date(text).has_value();
    case PrimitiveForm::date_time: return is_date_time(text);
    case PrimitiveForm::instant: return is_instant(DateTime::parse_date_time(text));
    case PrimitiveForm::time: return is_time(text);
    case PrimitiveForm::id: return is_id(text);
    case PrimitiveForm::code: return is_code(text);
    case PrimitiveForm::oid: return is_oid(text);
    case PrimitiveForm::uuid: return is_uuid(text);
    case PrimitiveForm::base64: return is_base64(text);
    case PrimitiveForm::uri:
      return !any_below(text, ' ' + 1) || all_of(text, [](char c) { return !is_space(c); });
    case PrimitiveForm::text: break;
  }
  // Not only spaces; the first character decides nearly always.
  return is_text(text) && (!is_space(text.front()) || !all_of(text, is_space));
}

}  // namespace paraneo::definition
