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

// False, and `to` is as it was, where the product has too many digits.
bool multiply(Wide a, Wide b, Wide& to) {
  Wide product = 0;
  if (__builtin_mul_overflow(a, b, &product) || product >= kCoefficientMax ||
      product <= -kCoefficientMax)
    return false;
  to = product;
  return true;
}

Wide magnitude(Wide value) { return value < 0 ? -value : value; }

int digit_count(Wide value) {
  int count = 1;
  for (value = magnitude(value); value >= 10; value /= 10) ++count;
  return count;
}

// Without the last `places` digits.
Wide without_digits(Wide value, int places) {
  return places > Decimal::kDigitsMax ? 0 : value / power_of_ten(places);
}

}  // namespace

std::optional<Decimal> Decimal::made(Wide coefficient, int scale) {
  if (magnitude(coefficient) >= kCoefficientMax || scale > kScaleMax || scale < -kScaleMax)
    return std::nullopt;
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
    if (text[i] == '.' && !point && digits > 0 && scale == 0) {
      point = true;
      continue;
    }
    if (text[i] < '0' || text[i] > '9') break;
    const auto digit = text[i] - '0';
    if (digits < kNarrowDigits) {
      first = first * 10 + static_cast<unsigned>(digit);
      coefficient = first;
    } else {
      // Zeros at the end of a number that is too long for the coefficient are its exponent.
      if (scale < 0 || !multiply(coefficient, 10, coefficient)) {
        if (digit != 0 || point) return std::nullopt;
        --scale;
        continue;
      }
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
    const auto moved = std::min(exponent, std::max(scale, 0));
    scale -= moved;
    const auto zeros = exponent - moved;
    const auto fits = coefficient == 0 || (zeros <= kDigitsMax &&
                                           multiply(coefficient, power_of_ten(zeros), coefficient));
    if (!fits) scale -= zeros;
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
  if (scale_ < 0) digits.append(static_cast<std::size_t>(-scale_), '0');
  if (scale_ > 0) digits.insert(digits.size() - static_cast<std::size_t>(scale_), ".");
  return (coefficient_ < 0 ? "-" : "") + digits;
}

bool Decimal::is_integer() const {
  if (scale_ <= 0 || coefficient_ == 0) return true;
  return scale_ <= kDigitsMax && coefficient_ % power_of_ten(scale_) == 0;
}

std::optional<std::int64_t> Decimal::to_integer() const {
  if (scale_ < 0) return std::nullopt;
  const auto whole = without_digits(coefficient_, scale_);
  if (whole > std::numeric_limits<std::int64_t>::max() ||
      whole < std::numeric_limits<std::int64_t>::min())
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
  return parse(buffer);
}

std::optional<Decimal::Wide> Decimal::scaled_to(int scale) const {
  Wide out = 0;
  if (coefficient_ == 0) return out;
  if (scale - scale_ > kDigitsMax || !multiply(coefficient_, power_of_ten(scale - scale_), out))
    return std::nullopt;
  return out;
}

// Where its first digit stands: 1 for 1 to 9, 0 for tenths.
int Decimal::magnitude_places() const { return digit_count(coefficient_) - scale_; }

std::strong_ordering Decimal::operator<=>(const Decimal& other) const {
  const auto scale = std::max(scale_, other.scale_);
  const auto a = scaled_to(scale);
  const auto b = other.scaled_to(scale);
  if (a && b) return *a <=> *b;
  // Too far apart to be brought to one scale: neither is zero, and the place of the first digit
  // decides.
  if (is_negative() != other.is_negative())
    return is_negative() ? std::strong_ordering::less : std::strong_ordering::greater;
  const auto places = magnitude_places() <=> other.magnitude_places();
  if (places != 0) return is_negative() ? 0 <=> places : places;
  // With as many digits behind it, both have one scale.
  const auto f = Decimal(coefficient_ * power_of_ten(kDigitsMax - digit_count(coefficient_)), 0);
  const auto g =
      Decimal(other.coefficient_ * power_of_ten(kDigitsMax - digit_count(other.coefficient_)), 0);
  return f.coefficient_ <=> g.coefficient_;
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
  if (multiply(coefficient_, other.coefficient_, product))
    return made(product, scale_ + other.scale_);
  const auto a = normalized();
  const auto b = other.normalized();
  if (!multiply(a.coefficient_, b.coefficient_, product)) return std::nullopt;
  return made(product, a.scale_ + b.scale_);
}

std::optional<Decimal> Decimal::divided_by(const Decimal& other) const {
  if (other.coefficient_ == 0) return std::nullopt;
  const auto a = normalized();
  const auto b = other.normalized();
  if (a.coefficient_ == 0) return Decimal();
  // As many digits as fit, up to kDivisionScale after the point, or after the zeros of what is
  // small.
  const auto places = a.magnitude_places() - b.magnitude_places();
  const auto most = kDivisionScale + (places < -kDivisionScale / 2 ? -places : 0);
  for (int scale = most; scale >= 0; --scale) {
    const auto shift = scale + 1 - a.scale_ + b.scale_;
    Wide dividend = a.coefficient_;
    Wide divisor = b.coefficient_;
    if (shift > kDigitsMax || shift < -kDigitsMax) continue;
    if (shift >= 0 ? !multiply(dividend, power_of_ten(shift), dividend)
                   : !multiply(divisor, power_of_ten(-shift), divisor))
      continue;
    const auto out = Decimal(dividend / divisor, scale + 1).rounded(scale).normalized();
    return out.is_zero() ? std::nullopt : made(out.coefficient_, out.scale_);
  }
  return std::nullopt;
}

Decimal Decimal::negated() const { return Decimal(-coefficient_, scale_); }

Decimal Decimal::truncated(int scale) const {
  if (scale >= scale_) return *this;
  return Decimal(without_digits(coefficient_, scale_ - scale), scale);
}

Decimal Decimal::rounded(int scale) const {
  if (scale >= scale_) return *this;
  if (scale_ - scale > kDigitsMax) return Decimal(0, scale);
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
