// Exact decimal numbers that keep the digits they were written with: 26.0 stays 26.0. Up to
// kDigitsMax significant digits, as far from the point as kScaleMax: 1E-245 is one. What would need
// more is reported as no value, never rounded in silence, except division, which FHIRPath rounds.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace paraneo {

class Decimal {
 public:
  static constexpr int kDigitsMax = 36;
  static constexpr int kScaleMax = 1000;
  static constexpr int kDivisionScale = 16;  // digits after the point that a quotient gets; a small
                                             // one that many in all

  Decimal() = default;
  explicit Decimal(std::int64_t value) : coefficient_(value) {}

  // JSON and FHIR form: sign, digits, fraction, exponent.
  static std::optional<Decimal> parse(std::string_view text);
  std::string text() const;

  int scale() const { return scale_ < 0 ? 0 : scale_; }  // digits after the point
  bool is_integer() const;
  bool is_zero() const { return coefficient_ == 0; }
  bool is_negative() const { return coefficient_ < 0; }
  std::optional<std::int64_t> to_integer() const;  // truncated toward zero; none when out of range
  double to_double() const;
  static std::optional<Decimal> from_double(double value);

  // By value: 1.0 and 1.00 are equal. same_precision() tells them apart.
  std::strong_ordering operator<=>(const Decimal& other) const;
  bool operator==(const Decimal& other) const { return (*this <=> other) == 0; }

  // None where the digits of the result do not fit. The scale is that of FHIRPath's operators: the
  // larger one, or the sum of both for times().
  std::optional<Decimal> plus(const Decimal& other) const;
  std::optional<Decimal> minus(const Decimal& other) const;
  std::optional<Decimal> times(const Decimal& other) const;
  std::optional<Decimal> divided_by(const Decimal& other) const;  // none for zero
  Decimal negated() const;
  Decimal rounded(int scale) const;    // half away from zero
  Decimal truncated(int scale) const;  // toward zero
  Decimal normalized() const;          // without trailing zeros after the point

 private:
  using Wide = __int128;
  Decimal(Wide coefficient, int scale) : coefficient_(coefficient), scale_(scale) {}
  static std::optional<Decimal> made(Wide coefficient, int scale);
  std::optional<Wide> scaled_to(int scale) const;
  int magnitude_places() const;

  Wide coefficient_ = 0;
  int scale_ = 0;  // negative for what has more digits before the point than the coefficient
};

}  // namespace paraneo
