#include "base/decimal.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

namespace paraneo {
namespace {

using Wide = __int128;

constexpr Wide power_of_ten(int n) {
  Wide p = 1;
  for (int i = 0; i < n; ++i) p *= 10;
  return p;
}

constexpr int kNarrowDigits = 18;
constexpr Wide kCoefficientMax = power_of_ten(Decimal::kDigitsMax);

bool multiply(Wide a, Wide b, Wide& to) {
  return !__builtin_mul_overflow(a, b, &to) && to < kCoefficientMax && to > -kCoefficientMax;
}

Wide magnitude(Wide value) { return value < 0 ? -value : value; }

}  // namespace

std::optional<Decimal> Decimal::made(Wide coefficient, int scale) {
  if (magnitude(coefficient) >= kCoefficientMax || scale > kDigitsMax) return std::nullopt;
  return Decimal(coefficient, scale);
}

std::optional<Decimal> Decimal::parse(std::string_view text) {
  std::size_t i = 0;
  const auto negative = i < text.size() && text[i] == '-';
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
  Wide coefficient = 0;
  std::uint64_t first = 0;  // of the coefficient, as long as 64 bits hold it
  int scale = 0;
  int digits = 0;
  bool point = false;
  for (; i < text.size(); ++i) {
    if (text[i] == '.' && !point && digits > 0) {
      point = true;
      continue;
    }
    if (text[i] < '0' || text[i] > '9') break;
    const auto digit = text[i] - '0';
    if (digits < kNarrowDigits) {
      first = first * 10 + static_cast<unsigned>(digit);
      coefficient = first;
    } else {
      if (!multiply(coefficient, 10, coefficient)) return std::nullopt;
      coefficient += digit;
    }
    ++digits;
    if (point) ++scale;
  }
  if (digits == 0 || text[i - 1] == '.') return std::nullopt;
  int exponent = 0;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    const auto minus = i < text.size() && text[i] == '-';
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
    const auto begin = i;
    for (; i < text.size() && text[i] >= '0' && text[i] <= '9' && exponent < 1000; ++i)
      exponent = exponent * 10 + (text[i] - '0');
    if (i == begin) return std::nullopt;
    if (minus) exponent = -exponent;
  }
  if (i != text.size()) return std::nullopt;
  if (exponent > 0) {
    const auto moved = std::min(exponent, scale);
    scale -= moved;
    if (exponent - moved > kDigitsMax) return std::nullopt;
    if (!multiply(coefficient, power_of_ten(exponent - moved), coefficient)) return std::nullopt;
  } else {
    scale -= exponent;
  }
  return made(negative ? -coefficient : coefficient, scale);
}

std::string Decimal::text() const {
  std::string digits;
  for (auto rest = magnitude(coefficient_); rest > 0; rest /= 10)
    digits.push_back(static_cast<char>('0' + static_cast<int>(rest % 10)));
  while (static_cast<int>(digits.size()) <= scale_) digits.push_back('0');
  std::reverse(digits.begin(), digits.end());
  if (scale_ > 0) digits.insert(digits.size() - static_cast<std::size_t>(scale_), ".");
  return (coefficient_ < 0 ? "-" : "") + digits;
}

bool Decimal::is_integer() const { return coefficient_ % power_of_ten(scale_) == 0; }

std::optional<std::int64_t> Decimal::to_integer() const {
  const auto whole = coefficient_ / power_of_ten(scale_);
  if (whole > std::numeric_limits<std::int64_t>::max() || whole < std::numeric_limits<std::int64_t>::min())
    return std::nullopt;
  return static_cast<std::int64_t>(whole);
}

double Decimal::to_double() const { return std::strtod(text().c_str(), nullptr); }

std::optional<Decimal> Decimal::from_double(double value) {
  if (!std::isfinite(value)) return std::nullopt;
  char buffer[64];
  // The shortest form that reads back as the same number.
  int precision = 0;
  do std::snprintf(buffer, sizeof buffer, "%.*g", ++precision, value);
  while (precision < 17 && std::strtod(buffer, nullptr) != value);
  // A small number may have room for some of its digits only.
  auto out = parse(buffer);
  while (!out && precision > 1) {
    std::snprintf(buffer, sizeof buffer, "%.*g", --precision, value);
    out = parse(buffer);
  }
  return out;
}

std::optional<Decimal::Wide> Decimal::scaled_to(int scale) const {
  Wide out = 0;
  if (scale - scale_ > kDigitsMax || !multiply(coefficient_, power_of_ten(scale - scale_), out))
    return std::nullopt;
  return out;
}

std::strong_ordering Decimal::operator<=>(const Decimal& other) const {
  const auto scale = std::max(scale_, other.scale_);
  const auto a = scaled_to(scale);
  const auto b = other.scaled_to(scale);
  if (a && b) return *a <=> *b;
  // Too far apart to be brought to one scale: the whole parts decide.
  const auto left = coefficient_ / power_of_ten(scale_);
  const auto right = other.coefficient_ / power_of_ten(other.scale_);
  if (left != right) return left <=> right;
  const auto f = normalized();
  const auto g = other.normalized();
  if (f.scale_ == g.scale_) return f.coefficient_ <=> g.coefficient_;
  return to_double() < other.to_double() ? std::strong_ordering::less : std::strong_ordering::greater;
}

std::optional<Decimal> Decimal::plus(const Decimal& other) const {
  const auto scale = std::max(scale_, other.scale_);
  const auto a = scaled_to(scale);
  const auto b = other.scaled_to(scale);
  if (!a || !b) return std::nullopt;
  return made(*a + *b, scale);
}

std::optional<Decimal> Decimal::minus(const Decimal& other) const { return plus(other.negated()); }

std::optional<Decimal> Decimal::times(const Decimal& other) const {
  Wide product = 0;
  if (multiply(coefficient_, other.coefficient_, product)) return made(product, scale_ + other.scale_);
  const auto a = normalized();
  const auto b = other.normalized();
  if (!multiply(a.coefficient_, b.coefficient_, product)) return std::nullopt;
  return made(product, a.scale_ + b.scale_);
}

std::optional<Decimal> Decimal::divided_by(const Decimal& other) const {
  if (other.coefficient_ == 0) return std::nullopt;
  const auto a = normalized();
  const auto b = other.normalized();
  // As many digits as fit, up to kDivisionScale after the point.
  for (int scale = kDivisionScale; scale >= 0; --scale) {
    const auto shift = scale + 1 - a.scale_ + b.scale_;
    Wide dividend = a.coefficient_;
    Wide divisor = b.coefficient_;
    if (shift > kDigitsMax || shift < -kDigitsMax) continue;
    if (shift >= 0 ? !multiply(dividend, power_of_ten(shift), dividend)
                   : !multiply(divisor, power_of_ten(-shift), divisor))
      continue;
    return Decimal(dividend / divisor, scale + 1).rounded(scale).normalized();
  }
  return std::nullopt;
}

Decimal Decimal::negated() const { return Decimal(-coefficient_, scale_); }

Decimal Decimal::truncated(int scale) const {
  if (scale >= scale_) return *this;
  return Decimal(coefficient_ / power_of_ten(scale_ - scale), scale);
}

Decimal Decimal::rounded(int scale) const {
  if (scale >= scale_) return *this;
  const auto unit = power_of_ten(scale_ - scale);
  auto whole = coefficient_ / unit;
  const auto rest = magnitude(coefficient_ % unit);
  if (rest * 2 >= unit) whole += coefficient_ < 0 ? -1 : 1;
  return Decimal(whole, scale);
}

Decimal Decimal::normalized() const {
  auto out = *this;
  while (out.scale_ > 0 && out.coefficient_ % 10 == 0) {
    out.coefficient_ /= 10;
    --out.scale_;
  }
  return out;
}

}  // namespace paraneo
