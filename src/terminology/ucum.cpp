// UCUM codes to factors and dimensions. Entry points: parse_unit(), convert(), compare().
#include "terminology/ucum.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>
#include <vector>

#include "terminology/ucum_units.h"

namespace paraneo::terminology {
namespace {

using Wide = __int128;

constexpr int kExponentMax = 300;       // of ten, in a factor
constexpr std::int16_t kPowerMax = 99;  // of a dimension

Wide magnitude(Wide value) { return value < 0 ? -value : value; }

Wide common_divisor(Wide a, Wide b) {
  while (b != 0) {
    const auto rest = a % b;
    a = b;
    b = rest;
  }
  return magnitude(a);
}

void reduce(Factor& f) {
  const auto divisor = common_divisor(f.numerator, f.denominator);
  f.numerator /= divisor;
  f.denominator /= divisor;
  for (; f.numerator % 10 == 0; f.numerator /= 10) ++f.exponent;
  for (; f.denominator % 10 == 0; f.denominator /= 10) --f.exponent;
}

std::optional<Factor> power(const Factor& base, int n) {
  auto out = Factor{};
  const auto step = n < 0 ? base.inverse() : base;
  for (int i = 0; i < std::abs(n); ++i) {
    const auto next = out.times(step);
    if (!next) return std::nullopt;
    out = *next;
  }
  return out;
}

bool add_power(std::int16_t& to, int amount) {
  const auto sum = to + amount;
  if (sum > kPowerMax || sum < -kPowerMax) return false;
  to = static_cast<std::int16_t>(sum);
  return true;
}

// Keeps the list sorted by atom and without empty places.
bool add_arbitrary(std::array<Unit::Arbitrary, Unit::kArbitraryMax>& list, Unit::Arbitrary entry) {
  auto at =
      std::find_if(list.begin(), list.end(), [&](const auto& a) { return a.atom == entry.atom; });
  if (at == list.end()) {
    at = std::find_if(list.begin(), list.end(), [](const auto& a) { return a.atom == 0; });
    if (at == list.end()) return false;
    *at = {entry.atom, 0};
  }
  if (!add_power(at->power, entry.power)) return false;
  if (at->power == 0) *at = {};
  std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) {
    return a.atom != 0 && (b.atom == 0 || a.atom < b.atom);
  });
  return true;
}

std::optional<Unit> raised(const Unit& unit, int n) {
  if (n == 1) return unit;
  if (unit.special) return std::nullopt;
  Unit out;
  const auto factor = power(unit.factor, n);
  if (!factor) return std::nullopt;
  out.factor = *factor;
  for (std::size_t i = 0; i < Unit::kDimensions; ++i)
    if (!add_power(out.powers[i], unit.powers[i] * n)) return std::nullopt;
  for (const auto& entry : unit.arbitrary) {
    if (entry.atom == 0) continue;
    std::int16_t scaled = 0;
    if (!add_power(scaled, entry.power * n)) return std::nullopt;
    if (scaled != 0 && !add_arbitrary(out.arbitrary, {entry.atom, scaled})) return std::nullopt;
  }
  return out;
}

std::optional<Unit> product(const Unit& a, const Unit& b) {
  if (a.special || b.special) return std::nullopt;
  auto out = a;
  const auto factor = a.factor.times(b.factor);
  if (!factor) return std::nullopt;
  out.factor = *factor;
  for (std::size_t i = 0; i < Unit::kDimensions; ++i)
    if (!add_power(out.powers[i], b.powers[i])) return std::nullopt;
  for (const auto& entry : b.arbitrary)
    if (entry.atom != 0 && !add_arbitrary(out.arbitrary, entry)) return std::nullopt;
  return out;
}

// Digits, with a fraction or an exponent, as the table of atoms has them.
std::optional<Factor> factor_of(std::string_view number) {
  Factor out;
  out.numerator = 0;
  bool point = false;
  std::size_t i = 0;
  for (; i < number.size() && number[i] != 'e'; ++i) {
    if (number[i] == '.') {
      point = true;
      continue;
    }
    if (__builtin_mul_overflow(out.numerator, Wide{10}, &out.numerator) ||
        __builtin_add_overflow(out.numerator, Wide{number[i] - '0'}, &out.numerator))
      return std::nullopt;
    if (point) --out.exponent;
  }
  if (out.numerator == 0) return std::nullopt;
  if (i < number.size()) {
    const auto negative = number[i + 1] == '-';
    int exponent = 0;
    for (i += negative ? 2 : 1; i < number.size(); ++i)
      exponent = exponent * 10 + (number[i] - '0');
    out.exponent += negative ? -exponent : exponent;
  }
  reduce(out);
  return out;
}

// The atoms with their meaning, resolved row by row.
class Table {
 public:
  explicit Table(std::initializer_list<std::span<const Atom>> parts);

  const Unit* exact(std::string_view code) const {
    const auto found = by_code_.find(code);
    return found == by_code_.end() ? nullptr : &units_[found->second];
  }

  std::optional<Unit> find(std::string_view code) const {
    if (const auto* unit = exact(code)) return *unit;
    for (const auto& prefix : ucum_prefixes()) {
      if (!code.starts_with(prefix.code)) continue;
      const auto found = by_code_.find(code.substr(prefix.code.size()));
      if (found == by_code_.end() || !is_metric_[found->second]) continue;
      auto unit = units_[found->second];
      if (unit.special) return std::nullopt;
      unit.factor.exponent += prefix.exponent;
      return unit;
    }
    return std::nullopt;
  }

 private:
  void add(const Atom& atom);

  std::vector<Unit> units_;
  std::vector<bool> is_metric_;
  std::size_t dimensions_ = 0;
  std::unordered_map<std::string_view, std::size_t> by_code_;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_symbol(char c) { return c > ' ' && c < 127 && c != '"'; }

class Parser {
 public:
  Parser(const Table& table, std::string_view text) : table_(table), rest_(text) {}

  std::optional<Unit> all() {
    if (rest_.empty()) return std::nullopt;
    const auto unit = term(0);
    return rest_.empty() ? unit : std::nullopt;
  }

 private:
  bool take(char c) {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::optional<Unit> term(int depth) {
    if (depth > kUnitDepthMax) return std::nullopt;
    auto divide = take('/');
    std::optional<Unit> out = divide ? Unit{} : component(depth);
    if (divide) out = joined(*out, depth, true);
    while (out && !rest_.empty() && rest_[0] != ')') {
      divide = take('/');
      if (!divide && !take('.')) return std::nullopt;
      out = joined(*out, depth, divide);
    }
    return out;
  }

  std::optional<Unit> joined(const Unit& left, int depth, bool divide) {
    const auto right = component(depth);
    const auto factor = right ? raised(*right, divide ? -1 : 1) : std::nullopt;
    return factor ? product(left, *factor) : std::nullopt;
  }

  std::optional<Unit> component(int depth) {
    if (take('(')) {
      const auto inner = term(depth + 1);
      return inner && take(')') ? inner : std::nullopt;
    }
    if (!rest_.empty() && rest_[0] == '{')
      return annotation() ? std::optional(Unit{}) : std::nullopt;
    const auto unit = simple();
    if (!unit) return std::nullopt;
    return rest_.empty() || rest_[0] != '{' || annotation() ? unit : std::nullopt;
  }

  bool annotation() {
    const auto close = rest_.find('}');
    if (close == std::string_view::npos) return false;
    const auto inner = rest_.substr(1, close - 1);
    rest_.remove_prefix(close + 1);
    return std::all_of(inner.begin(), inner.end(),
                       [](char c) { return c >= ' ' && c < 127 && c != '{'; });
  }

  // A number, or an atom with its prefix and power.
  std::optional<Unit> simple() {
    std::size_t size = 0;
    while (size < rest_.size() && is_digit(rest_[size])) ++size;
    const auto of_ten = size == 2 && (rest_.starts_with("10*") || rest_.starts_with("10^"));
    if (size > 0 && !of_ten) {
      const auto factor = factor_of(rest_.substr(0, size));
      rest_.remove_prefix(size);
      if (!factor) return std::nullopt;
      Unit unit;
      unit.factor = *factor;
      return unit;
    }
    if (of_ten) size = 3;
    else size = symbol_size();
    const auto unit = table_.find(rest_.substr(0, size));
    rest_.remove_prefix(size);
    if (!unit) return std::nullopt;
    const auto n = exponent();
    return n ? raised(*unit, *n) : std::nullopt;
  }

  std::size_t symbol_size() const {
    bool bracket = false;
    std::size_t i = 0;
    for (; i < rest_.size(); ++i) {
      const auto c = rest_[i];
      if (!is_symbol(c)) break;
      if (c == '[') bracket = true;
      if (c == ']') bracket = false;
      if (!bracket &&
          (is_digit(c) || std::string_view("./(){}+-").find(c) != std::string_view::npos))
        break;
    }
    return i;
  }

  std::optional<int> exponent() {
    const auto sign = take('-') ? -1 : take('+') ? 1 : 0;
    int value = 0;
    std::size_t digits = 0;
    for (; digits < rest_.size() && is_digit(rest_[digits]); ++digits)
      if (value <= kPowerMax) value = value * 10 + (rest_[digits] - '0');
    rest_.remove_prefix(digits);
    if (digits == 0) return sign == 0 ? std::optional(1) : std::nullopt;
    if (value > kPowerMax) return std::nullopt;
    return sign < 0 ? -value : value;
  }

  const Table& table_;
  std::string_view rest_;
};

Table::Table(std::initializer_list<std::span<const Atom>> parts) {
  for (const auto& part : parts)
    for (const auto& atom : part) add(atom);
}

void Table::add(const Atom& atom) {
  Unit unit;
  if (atom.kind == AtomKind::base) {
    unit.powers[dimensions_++] = 1;
  } else if (atom.kind == AtomKind::arbitrary) {
    unit.arbitrary[0] = {static_cast<std::uint16_t>(units_.size() + 1), 1};
  } else if (const auto definition = Parser(*this, atom.unit).all()) {
    unit = *definition;
    const auto factor = factor_of(atom.value);
    const auto scaled = factor ? unit.factor.times(*factor) : std::nullopt;
    if (scaled) unit.factor = *scaled;
    unit.special = atom.kind == AtomKind::temperature;
    if (unit.special) unit.offset = Decimal::parse(atom.offset).value_or(Decimal());
  }
  by_code_.emplace(atom.code, units_.size());
  units_.push_back(unit);
  is_metric_.push_back(atom.metric);
}

const Table& table() {
  static const Table kTable({ucum_atoms()});
  return kTable;
}

const Table& whole_table() {
  static const Table kTable({ucum_atoms(), ucum_seldom_atoms()});
  return kTable;
}

std::optional<Decimal> decimal_of(Wide value, int exponent) {
  char buffer[64];
  auto* at = buffer + sizeof buffer;
  const auto put = [&](Wide digits) {
    do *--at = static_cast<char>('0' + static_cast<int>(digits % 10));
    while ((digits /= 10) > 0);
  };
  put(exponent < 0 ? -exponent : exponent);
  if (exponent < 0) *--at = '-';
  *--at = 'e';
  put(value);
  return Decimal::parse({at, static_cast<std::size_t>(buffer + sizeof buffer - at)});
}

std::optional<Decimal> shifted(const Decimal& value, const Unit& unit) {
  return unit.special ? value.plus(unit.offset) : std::optional(value);
}

}  // namespace

std::optional<Factor> Factor::times(const Factor& other) const {
  Factor out;
  // Reduced crosswise first, so that only what really is too large overflows.
  const auto a = common_divisor(numerator, other.denominator);
  const auto b = common_divisor(other.numerator, denominator);
  if (__builtin_mul_overflow(numerator / a, other.numerator / b, &out.numerator) ||
      __builtin_mul_overflow(denominator / b, other.denominator / a, &out.denominator))
    return std::nullopt;
  out.exponent = exponent + other.exponent;
  reduce(out);
  if (out.exponent > kExponentMax || out.exponent < -kExponentMax) return std::nullopt;
  return out;
}

Factor Factor::inverse() const { return {denominator, numerator, -exponent}; }

std::optional<Unit> parse_unit(std::string_view code) {
  if (code.size() > kUnitCharsMax) return std::nullopt;
  return Parser(table(), code).all();
}

namespace {

// UCUM's special units (tables 4 to 22) that are no temperatures, and whether they take prefixes.
bool is_special_unit(std::string_view code) {
  constexpr std::pair<std::string_view, bool> kSpecial[] = {
      {"[degRe]", false}, {"[p'diop]", false}, {"%[slope]", false},
      {"[hp'_X]", false}, {"[hp'_C]", false},  {"[hp'_M]", false},
      {"[hp'_Q]", false}, {"[pH]", false},     {"Np", true},
      {"B", true},        {"B[SPL]", true},    {"B[V]", true},
      {"B[mV]", true},    {"B[uV]", true},     {"B[10.nV]", true},
      {"B[W]", true},     {"B[kW]", true},     {"[m/s2/Hz^(1/2)]", false},
      {"bit_s", false}};
  // An annotation means nothing.
  if (const auto brace = code.find('{');
      brace != 0 && brace != std::string_view::npos && code.ends_with('}'))
    code = code.substr(0, brace);
  const auto is_prefix = [](std::string_view text) {
    const auto all = ucum_prefixes();
    return text.empty() || std::any_of(all.begin(), all.end(),
                                       [&](const Prefix& each) { return each.code == text; });
  };
  return std::any_of(std::begin(kSpecial), std::end(kSpecial), [&](const auto& each) {
    const auto& [unit, is_metric] = each;
    return code == unit || (is_metric && code.ends_with(unit) &&
                            is_prefix(code.substr(0, code.size() - unit.size())));
  });
}

}  // namespace

bool is_unit_code(std::string_view code) { return parse_unit(code) || is_special_unit(code); }

bool is_any_unit_code(std::string_view code) {
  return is_unit_code(code) ||
         (code.size() <= kUnitCharsMax && Parser(whole_table(), code).all().has_value());
}

std::optional<Decimal> convert(const Decimal& value, const Unit& from, const Unit& to) {
  if (!from.is_comparable(to)) return std::nullopt;
  const auto ratio = from.factor.times(to.factor.inverse());
  const auto start = shifted(value, from);
  if (!ratio || !start) return std::nullopt;
  const auto numerator = decimal_of(ratio->numerator, ratio->exponent);
  const auto denominator = decimal_of(ratio->denominator, 0);
  if (!numerator || !denominator) return std::nullopt;
  auto out = start->times(*numerator);
  if (out && ratio->denominator != 1) out = out->divided_by(*denominator);
  if (out && to.special) out = out->minus(to.offset);
  if (out && (from.special || to.special)) out = out->normalized();
  return out;
}

std::optional<std::strong_ordering> compare(const Decimal& a, const Unit& unit_a, const Decimal& b,
                                            const Unit& unit_b) {
  if (!unit_a.is_comparable(unit_b)) return std::nullopt;
  const auto ratio = unit_a.factor.times(unit_b.factor.inverse());
  const auto x = shifted(a, unit_a);
  const auto y = shifted(b, unit_b);
  if (!ratio || !x || !y) return std::nullopt;
  const auto numerator = decimal_of(ratio->numerator, std::max(ratio->exponent, 0));
  const auto denominator = decimal_of(ratio->denominator, std::max(-ratio->exponent, 0));
  const auto left = numerator ? x->times(*numerator) : std::nullopt;
  const auto right = denominator ? y->times(*denominator) : std::nullopt;
  if (!left || !right) return std::nullopt;
  return *left <=> *right;
}

bool is_smaller(const Unit& a, const Unit& b) {
  const auto size = [](const Factor& f) {
    return std::log10(static_cast<double>(f.numerator)) -
           std::log10(static_cast<double>(f.denominator)) + f.exponent;
  };
  constexpr double kSame = 1e-12;
  return size(a.factor) < size(b.factor) - kSame;
}

}  // namespace paraneo::terminology
