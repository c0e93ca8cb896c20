#include "codebook/systems.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

#include "terminology/ucum.h"

namespace paraneo::codebook {
namespace {

constexpr std::string_view kLoinc = "http://loinc.org";
constexpr std::string_view kSnomed = "http://snomed.info/sct";
constexpr std::string_view kIcd10 = "http://hl7.org/fhir/sid/icd-10";
constexpr std::string_view kIcd10Cm = "http://hl7.org/fhir/sid/icd-10-cm";
constexpr std::string_view kIcdO3 = "http://terminology.hl7.org/CodeSystem/icd-o-3";
constexpr std::string_view kAtc = "http://www.whocc.no/atc";
constexpr std::string_view kRxNorm = "http://www.nlm.nih.gov/research/umls/rxnorm";

struct Name {
  std::string_view name, uri;
};
constexpr std::array kSystemNames = {Name{"LOINC", kLoinc},      Name{"SNOMED", kSnomed},
                                     Name{"SNOMED CT", kSnomed}, Name{"SCT", kSnomed},
                                     Name{"ICD-10", kIcd10},     Name{"ICD-10-CM", kIcd10Cm},
                                     Name{"ICD-O-3", kIcdO3},    Name{"ATC", kAtc},
                                     Name{"RxNorm", kRxNorm},    Name{"UCUM", terminology::kUcum}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }
bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

// A pattern of one character for one: 9 a digit, A a capital letter, X either of them, the others
// themselves.
bool has_shape(std::string_view code, std::string_view shape) {
  const auto fits = [](char c, char wanted) {
    if (wanted == '9') return is_digit(c);
    if (wanted == 'A') return is_capital(c);
    if (wanted == 'X') return is_digit(c) || is_capital(c);
    return c == wanted;
  };
  return code.size() == shape.size() && std::equal(code.begin(), code.end(), shape.begin(), fits);
}

template <std::size_t N>
bool has_shape(std::string_view code, const std::array<std::string_view, N>& shapes) {
  return std::any_of(shapes.begin(), shapes.end(),
                     [&](std::string_view shape) { return has_shape(code, shape); });
}

// Mod 10 (Luhn) over the digits before the hyphen.
char loinc_digit(std::string_view number) {
  int sum = 0;
  bool doubles = true;
  for (auto c = number.rbegin(); c != number.rend(); ++c, doubles = !doubles) {
    const int digit = (*c - '0') * (doubles ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

Form form_of_loinc(std::string_view code) {
  constexpr std::size_t kDigitsMax = 7;
  // Parts and answers (LP14559-6, LA6576-8) have a check digit of their own kind.
  if (code.starts_with("LP") || code.starts_with("LA") || code.starts_with("LL"))
    return Form::unknown;
  const auto hyphen = code.find('-');
  if (hyphen > kDigitsMax || code.size() != hyphen + 2) return Form::wrong_shape;
  if (!all_digits(code.substr(0, hyphen)) || !is_digit(code.back()) || code[0] == '0')
    return Form::wrong_shape;
  return loinc_digit(code.substr(0, hyphen)) == code.back() ? Form::right : Form::wrong_digit;
}

// The dihedral group D5, as Verhoeff has it.
int product(int a, int b) {
  if (a < 5) return b < 5 ? (a + b) % 5 : (a + b - 5) % 5 + 5;
  return b < 5 ? (a - 5 - b + 5) % 5 + 5 : (a - b + 5) % 5;
}

bool has_verhoeff_digit(std::string_view number) {
  constexpr std::array<int, 10> kStep = {1, 5, 7, 6, 2, 8, 3, 0, 9, 4};
  int check = 0;
  std::size_t place = 0;
  for (auto c = number.rbegin(); c != number.rend(); ++c, ++place) {
    int digit = *c - '0';
    for (std::size_t i = 0; i < place % 8; ++i) digit = kStep[static_cast<std::size_t>(digit)];
    check = product(check, digit);
  }
  return check == 0;
}

Form form_of_snomed(std::string_view code) {
  constexpr std::size_t kDigitsMin = 6, kDigitsMax = 18;
  if (!all_digits(code) || code.size() < kDigitsMin || code.size() > kDigitsMax || code[0] == '0')
    return Form::wrong_shape;
  if (!has_verhoeff_digit(code)) return Form::wrong_digit;
  const auto partition = code.substr(code.size() - 3, 2);
  return partition == "00" || partition == "10" ? Form::right : Form::wrong_part;
}

constexpr std::array<std::string_view, 2> kIcd10Shapes = {"A99", "A99.9"};
constexpr std::array<std::string_view, 6> kIcd10CmShapes = {"A9X",     "A9X.X",    "A9X.XX",
                                                            "A9X.XXX", "A9X.XXXX", "A99.99"};
constexpr std::array<std::string_view, 3> kIcdOShapes = {"9999/9", "C99", "C99.9"};
constexpr std::array<std::string_view, 5> kAtcShapes = {"A", "A99", "A99A", "A99AA", "A99AA99"};

template <std::size_t N>
Form form_of_shapes(std::string_view code, const std::array<std::string_view, N>& shapes) {
  return has_shape(code, shapes) ? Form::right : Form::wrong_shape;
}

Form form_of_rxnorm(std::string_view code) {
  constexpr std::size_t kDigitsMax = 8;
  return all_digits(code) && code.size() <= kDigitsMax && code[0] != '0' ? Form::right
                                                                         : Form::wrong_shape;
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

Form form_of(std::string_view system, std::string_view code) {
  if (system == kLoinc) return form_of_loinc(code);
  if (system == kSnomed) return form_of_snomed(code);
  if (system == kIcd10) return form_of_shapes(code, kIcd10Shapes);
  if (system == kIcd10Cm) return form_of_shapes(code, kIcd10CmShapes);
  if (system == kIcdO3) return form_of_shapes(code, kIcdOShapes);
  if (system == kAtc) return form_of_shapes(code, kAtcShapes);
  if (system == kRxNorm) return form_of_rxnorm(code);
  if (system == terminology::kUcum)
    return terminology::is_unit_code(code) ? Form::right : Form::wrong_shape;
  return Form::unknown;
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
