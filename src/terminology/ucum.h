// Units of measure by UCUM (The Unified Code for Units of Measure 2.1, case sensitive): what a
// unit's code means in base units, and exact conversion between units of one dimension.
//
// Arbitrary units ([IU], [arb'U]) are dimensions of their own: they convert to nothing but
// themselves and their prefixed forms. Annotations ({cells}) mean 1. Cel and [degF] stand alone;
// logarithmic units are unknown here. All functions are pure and may be called from any thread.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/decimal.h"

namespace paraneo::terminology {

// A factor without rounding: numerator / denominator * 10^exponent, in lowest terms.
struct Factor {
  __int128 numerator = 1;
  __int128 denominator = 1;
  int exponent = 0;

  // None where the number would not fit.
  std::optional<Factor> times(const Factor& other) const;
  Factor inverse() const;
};

// A unit as a factor and the powers of the base units: two that are comparable differ by the factor
// alone.
struct Unit {
  static constexpr std::size_t kDimensions = 7;  // m, s, g, rad, K, C, cd
  static constexpr std::size_t kArbitraryMax = 3;
  struct Arbitrary {
    std::uint16_t atom = 0;  // 0: none
    std::int16_t power = 0;
    bool operator==(const Arbitrary&) const = default;
  };

  Factor factor;  // one of the unit in base units
  std::array<std::int16_t, kDimensions> powers{};
  std::array<Arbitrary, kArbitraryMax> arbitrary{};  // by atom, those with a power first
  Decimal offset;                                    // of a temperature's zero, in this unit
  bool special = false;                              // has an offset: cannot be part of a product

  bool is_comparable(const Unit& other) const {
    return powers == other.powers && arbitrary == other.arbitrary;
  }
};

inline constexpr std::size_t kUnitCharsMax = 256;
inline constexpr int kUnitDepthMax = 16;  // brackets inside brackets

// None when the code is no UCUM unit, is over a limit or needs more digits than fit.
std::optional<Unit> parse_unit(std::string_view code);

inline constexpr std::string_view kUcum = "http://unitsofmeasure.org";

// Whether UCUM has the code: also a unit on a logarithmic or other special scale, of which no more
// is known here.
bool is_unit_code(std::string_view code);

// The same of all of UCUM. It has codes that most who write them mean otherwise: "AU/mL" are
// astronomic units there. So this is for what is said to be UCUM.
bool is_any_unit_code(std::string_view code);

// None when the dimensions differ or the result does not fit. Exact where the result is a finite
// decimal; otherwise rounded as Decimal::divided_by() does.
std::optional<Decimal> convert(const Decimal& value, const Unit& from, const Unit& to);

// Without rounding. None when the dimensions differ or the numbers do not fit.
std::optional<std::strong_ordering> compare(const Decimal& a, const Unit& unit_a, const Decimal& b,
                                            const Unit& unit_b);

// Which of the two comparable units is the smaller one.
bool is_smaller(const Unit& a, const Unit& b);

}  // namespace paraneo::terminology
