#include "terminology/code_form.h"

#include <algorithm>
#include <array>

#include "terminology/ucum.h"

namespace paraneo::terminology {
namespace {

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

CodeForm form_of_loinc(std::string_view code) {
  constexpr std::size_t kDigitsMax = 7;
  // Parts and answers (LP14559-6, LA6576-8) have a check digit of their own kind.
  if (code.starts_with("LP") || code.starts_with("LA") || code.starts_with("LL"))
    return CodeForm::unknown;
  const auto hyphen = code.find('-');
  if (hyphen > kDigitsMax || code.size() != hyphen + 2) return CodeForm::wrong_shape;
  if (!all_digits(code.substr(0, hyphen)) || !is_digit(code.back()) || code[0] == '0')
    return CodeForm::wrong_shape;
  return loinc_digit(code.substr(0, hyphen)) == code.back() ? CodeForm::right
                                                            : CodeForm::wrong_digit;
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

CodeForm form_of_snomed(std::string_view code) {
  constexpr std::size_t kDigitsMin = 6, kDigitsMax = 18;
  if (!all_digits(code) || code.size() < kDigitsMin || code.size() > kDigitsMax || code[0] == '0')
    return CodeForm::wrong_shape;
  if (!has_verhoeff_digit(code)) return CodeForm::wrong_digit;
  const auto partition = code.substr(code.size() - 3, 2);
  return partition == "00" || partition == "10" ? CodeForm::right : CodeForm::wrong_part;
}

constexpr std::array<std::string_view, 2> kIcd10Shapes = {"A99", "A99.9"};
constexpr std::array<std::string_view, 6> kIcd10CmShapes = {"A9X",     "A9X.X",    "A9X.XX",
                                                            "A9X.XXX", "A9X.XXXX", "A99.99"};
constexpr std::array<std::string_view, 3> kIcdOShapes = {"9999/9", "C99", "C99.9"};
constexpr std::array<std::string_view, 5> kAtcShapes = {"A", "A99", "A99A", "A99AA", "A99AA99"};

template <std::size_t N>
CodeForm form_of_shapes(std::string_view code, const std::array<std::string_view, N>& shapes) {
  return has_shape(code, shapes) ? CodeForm::right : CodeForm::wrong_shape;
}

CodeForm form_of_rxnorm(std::string_view code) {
  constexpr std::size_t kDigitsMax = 8;
  return all_digits(code) && code.size() <= kDigitsMax && code[0] != '0' ? CodeForm::right
                                                                         : CodeForm::wrong_shape;
}

// A pattern's letters and digits, so many of them at least and at most.
bool is_of(std::string_view text, std::size_t least, std::size_t most, bool (*fits)(char)) {
  return text.size() >= least && text.size() <= most && std::all_of(text.begin(), text.end(), fits);
}

bool is_letter(char c) { return is_capital(c) || (c >= 'a' && c <= 'z'); }
bool is_letter_or_digit(char c) { return is_letter(c) || is_digit(c); }
bool is_capital_or_digit(char c) { return is_capital(c) || is_digit(c); }

// ISO 3166: countries by two and three letters and by number, parts of countries, what is no
// country any more.
bool is_country(std::string_view code) {
  constexpr std::size_t kPartMax = 3;
  if (const auto hyphen = code.find('-'); hyphen != std::string_view::npos)
    return is_of(code.substr(0, hyphen), 2, 2, is_capital) &&
           is_of(code.substr(hyphen + 1), 1, kPartMax, is_capital_or_digit);
  return is_of(code, 2, 4, is_capital) || is_of(code, 3, 3, is_digit);
}

// RFC 5646, as far as the shape of its parts goes: "en", "de-CH", "x-klingon".
bool is_language(std::string_view code) {
  constexpr std::size_t kPartMax = 8;
  for (auto rest = code;;) {
    const auto hyphen = rest.find('-');
    const auto part = rest.substr(0, hyphen);
    const auto is_first = part.data() == code.data();
    if (!is_of(part, 1, kPartMax, is_first ? is_letter : is_letter_or_digit)) return false;
    if (is_first && part.size() == 1 &&
        (hyphen == std::string_view::npos || (part != "x" && part != "X" && part != "i")))
      return false;
    if (hyphen == std::string_view::npos) return true;
    rest.remove_prefix(hyphen + 1);
  }
}

// RFC 6838: a type, a slash, a subtype, perhaps parameters. "'xml', 'json' and 'ttl' are allowed,
// which describe the simple encodings described in the specification" (FHIR R4,
// CapabilityStatement.format).
bool is_media_type(std::string_view code) {
  constexpr std::size_t kNameMax = 127;
  if (code == "xml" || code == "json" || code == "ttl") return true;
  auto names = code.substr(0, code.find(';'));
  while (!names.empty() && names.back() == ' ') names.remove_suffix(1);
  const auto is_name = [](char c) {
    return is_letter_or_digit(c) ||
           std::string_view("!#$&-^_.+*").find(c) != std::string_view::npos;
  };
  const auto slash = names.find('/');
  return slash != std::string_view::npos && is_of(names.substr(0, slash), 1, kNameMax, is_name) &&
         is_of(names.substr(slash + 1), 1, kNameMax, is_name);
}

// LOINC's terms alone: parts, answers and groups begin with letters.
bool is_no_term(std::string_view code) {
  const auto is_written_as_term =
      std::all_of(code.begin(), code.end(), [](char c) { return is_digit(c) || c == '-'; });
  return is_written_as_term && form_of_loinc(code) != CodeForm::right;
}

// A concept, or an expression, which has one in it.
bool is_no_concept(std::string_view code) {
  constexpr std::size_t kDigitsMin = 6;
  if (all_digits(code)) return form_of_snomed(code) != CodeForm::right;
  std::size_t digits = 0, most = 0;
  for (const char c : code) most = std::max(most, digits = is_digit(c) ? digits + 1 : 0);
  return most < kDigitsMin;
}

}  // namespace

CodeForm form_of(std::string_view system, std::string_view code) {
  if (system == kLoinc) return form_of_loinc(code);
  if (system == kSnomedCt) return form_of_snomed(code);
  if (system == kIcd10) return form_of_shapes(code, kIcd10Shapes);
  if (system == kIcd10Cm) return form_of_shapes(code, kIcd10CmShapes);
  if (system == kIcdO3) return form_of_shapes(code, kIcdOShapes);
  if (system == kAtc) return form_of_shapes(code, kAtcShapes);
  if (system == kRxNorm) return form_of_rxnorm(code);
  if (system == kUcum) return is_unit_code(code) ? CodeForm::right : CodeForm::wrong_shape;
  return CodeForm::unknown;
}

bool is_impossible(std::string_view system, std::string_view code) {
  if (code.empty()) return false;
  if (system == kLoinc) return is_no_term(code);
  if (system == kSnomedCt) return is_no_concept(code);
  if (system == kUcum) return !is_any_unit_code(code);
  if (system == "urn:iso:std:iso:3166" || system == "urn:iso:std:iso:3166:-2")
    return !is_country(code);
  if (system == "http://unstats.un.org/unsd/methods/m49/m49.htm")
    return !is_of(code, 3, 3, is_digit);
  if (system == "urn:iso:std:iso:4217") return !is_of(code, 3, 3, is_capital);
  if (system == "urn:ietf:bcp:47") return !is_language(code);
  if (system == "urn:ietf:bcp:13") return !is_media_type(code);
  return false;
}

}  // namespace paraneo::terminology
