#include "codebook/systems.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "terminology/ucum.h"

namespace paraneo::codebook {
namespace {

using terminology::kAtc, terminology::kIcd10, terminology::kIcd10Cm, terminology::kIcdO3,
    terminology::kLoinc, terminology::kRxNorm, terminology::kSnomedCt;

struct Name {
  std::string_view name, uri;
};
constexpr std::array kSystemNames = {
    Name{"LOINC", kLoinc},           Name{"SNOMED", kSnomedCt}, Name{"SNOMED CT", kSnomedCt},
    Name{"SCT", kSnomedCt},          Name{"ICD-10", kIcd10},    Name{"ICD-10-CM", kIcd10Cm},
    Name{"ICD-O-3", kIcdO3},         Name{"ATC", kAtc},         Name{"RxNorm", kRxNorm},
    Name{"UCUM", terminology::kUcum}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }
bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                      "jul", "aug", "sep", "oct", "nov", "dec"};
// As spreadsheets in German, French and Spanish write them, where they are others.
constexpr std::array<std::pair<std::string_view, int>, 11> kOtherMonths = {{{"mrz", 3},
                                                                            {"mai", 5},
                                                                            {"okt", 10},
                                                                            {"dez", 12},
                                                                            {"fév", 2},
                                                                            {"avr", 4},
                                                                            {"aoû", 8},
                                                                            {"déc", 12},
                                                                            {"ene", 1},
                                                                            {"abr", 4},
                                                                            {"ago", 8}}};

std::optional<int> month_of(std::string_view text) {
  std::string lower;
  for (const char c : text) lower += is_capital(c) ? static_cast<char>(c + 32) : c;
  for (std::size_t i = 0; i < kMonths.size(); ++i)
    if (lower.starts_with(kMonths[i])) return static_cast<int>(i) + 1;
  for (const auto& [name, number] : kOtherMonths)
    if (lower.starts_with(name)) return number;
  return std::nullopt;
}

// Of a date: its numbers as written, and the month by name, if it has one.
struct DateParts {
  std::vector<std::string> numbers;
  std::optional<int> month;
};

std::optional<DateParts> date_parts(std::string_view code) {
  constexpr std::size_t kPartsMin = 2, kPartsMax = 3;
  DateParts out;
  std::size_t parts = 0;
  // A time of midnight may stand behind it.
  if (const auto time = code.find('T'); time != std::string_view::npos && time >= 8)
    code = code.substr(0, time);
  if (code.ends_with(" 00:00:00") || code.ends_with(" 00:00"))
    code = code.substr(0, code.rfind(' '));
  while (!code.empty()) {
    const auto end = code.find_first_of("-/. ");
    const auto part = code.substr(0, end);
    code = end == std::string_view::npos ? std::string_view() : code.substr(end + 1);
    if (part.empty()) continue;  // "8. Jan"
    ++parts;
    if (all_digits(part) && part.size() <= 4)
      out.numbers.emplace_back(part.substr(std::min(part.find_first_not_of('0'), part.size() - 1)));
    else if (const auto month = month_of(part); month && !out.month) out.month = month;
    else return std::nullopt;
  }
  if (parts < kPartsMin || parts > kPartsMax) return std::nullopt;
  return out;
}

// Two numbers of a date, joined as the system's codes are.
void add_joined(std::string_view system, const std::string& a, const std::string& b,
                std::vector<std::string>& to) {
  const auto code = a + (system == kIcdO3 ? "/" : "-") + b;
  if (form_of(system, code) == Form::right && std::find(to.begin(), to.end(), code) == to.end())
    to.push_back(code);
}

}  // namespace

std::string_view system_uri(std::string_view name) {
  const auto same = [](char a, char b) {
    return (is_capital(a) ? a + 32 : a) == (is_capital(b) ? b + 32 : b);
  };
  for (const auto& each : kSystemNames)
    if (std::equal(name.begin(), name.end(), each.name.begin(), each.name.end(), same))
      return each.uri;
  return name;
}

bool is_exponent(std::string_view code) {
  const auto e = code.find_first_of("eE");
  if (e == std::string_view::npos || e == 0 || e + 2 > code.size()) return false;
  const auto digits = [](char c) { return is_digit(c) || c == '.' || c == ','; };
  const auto power = code.substr(e + (code[e + 1] == '+' ? 2 : 1));
  return std::all_of(code.begin(), code.begin() + static_cast<std::ptrdiff_t>(e), digits) &&
         all_digits(power);
}

bool is_date(std::string_view code) {
  const auto parts = date_parts(code);
  return parts && (parts->month || parts->numbers.size() == 3);
}

bool is_cut(std::string_view code) {
  constexpr std::size_t kDigitsKept = 15;
  return all_digits(code) && code.size() > kDigitsKept &&
         code.find_first_not_of('0', kDigitsKept) == std::string_view::npos;
}

std::vector<std::string> originals_of(std::string_view system, std::string_view code) {
  std::vector<std::string> out;
  if (system != kLoinc && system != kIcdO3) {
    std::string other;
    for (const char c : code) other += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    if (other != code && form_of(system, other) == Form::right) out.push_back(other);
    other = code.substr(std::min(code.find_first_not_of('0'), code.size()));
    if (other != code && form_of(system, other) == Form::right) out.push_back(other);
    for (std::string padded = "0" + std::string(code); padded.size() <= code.size() + 3;
         padded.insert(0, "0"))
      if (form_of(system, padded) == Form::right) out.push_back(padded);
    return out;
  }
  const auto parts = date_parts(code);
  if (!parts) return out;
  auto numbers = parts->numbers;
  if (parts->month) {
    const auto month = std::to_string(*parts->month);
    for (const auto& number : numbers) {
      // 1988-5 becomes May-88: the century is gone.
      if (number.size() <= 2)
        for (const char* century : {"19", "20"})
          add_joined(system, century + std::string(number.size() == 1 ? "0" : "") + number, month,
                     out);
      add_joined(system, number, month, out);
      add_joined(system, month, number, out);
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const auto& a, const auto& b) { return a.size() < b.size(); });
    return out;
  }
  for (std::size_t i = 0; i < numbers.size(); ++i)
    for (std::size_t j = 0; j < numbers.size(); ++j)
      if (i != j) add_joined(system, numbers[i], numbers[j], out);
  return out;
}

}  // namespace paraneo::codebook
