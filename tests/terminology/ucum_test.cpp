#include "terminology/ucum.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "terminology/ucum_units.h"

namespace paraneo::terminology {
namespace {

std::string converted(const std::string& value, std::string_view from, std::string_view to) {
  const auto a = parse_unit(from);
  const auto b = parse_unit(to);
  if (!a || !b) return "no unit";
  const auto out = convert(Decimal::parse(value).value(), *a, *b);
  return out ? out->text() : "none";
}

bool same(std::string_view a, std::string_view b) {
  const auto x = parse_unit(a);
  const auto y = parse_unit(b);
  return x && y && compare(Decimal(1), *x, Decimal(1), *y) == std::strong_ordering::equal;
}

TEST(Ucum, EveryAtomOfTheTableHasAMeaning) {
  for (const auto& atom : ucum_atoms()) EXPECT_TRUE(parse_unit(atom.code)) << atom.code;
}

TEST(Ucum, ConvertsExactly) {
  EXPECT_EQ(converted("4.0000", "g", "kg"), "0.0040000");
  EXPECT_EQ(converted("1", "[lb_av]", "g"), "453.59237");
  EXPECT_EQ(converted("1", "[in_i]", "cm"), "2.54");
  EXPECT_EQ(converted("70", "[in_i]", "cm"), "177.80");
  EXPECT_EQ(converted("1", "wk", "h"), "168");
  EXPECT_EQ(converted("120", "mm[Hg]", "kPa"), "15.998640");
  EXPECT_EQ(converted("5", "mg/dL", "g/L"), "0.05");
  EXPECT_EQ(converted("1", "ukat/L", "U/L"), "60");
  EXPECT_EQ(converted("60", "U/L", "ukat/L"), "1");
}

TEST(Ucum, KnowsTemperatures) {
  EXPECT_EQ(converted("37.0", "Cel", "K"), "310.15");
  EXPECT_EQ(converted("98.6", "[degF]", "Cel"), "37");
  EXPECT_EQ(converted("37", "Cel", "[degF]"), "98.6");
  EXPECT_FALSE(parse_unit("Cel/min"));
  EXPECT_FALSE(parse_unit("Cel2"));
}

TEST(Ucum, ReadsProductsPowersAnnotationsAndNumbers) {
  EXPECT_TRUE(same("N", "kg.m/s2"));
  EXPECT_TRUE(same("m/s/s", "m.s-2"));
  EXPECT_TRUE(same("mg/kg/d", "mg/(kg.d)"));
  EXPECT_TRUE(same("10*3/uL", "10*9/L"));
  EXPECT_TRUE(same("10^3/uL", "10*9/L"));
  EXPECT_TRUE(same("{cells}/uL", "/uL"));
  EXPECT_TRUE(same("mg{creat}", "mg"));
  EXPECT_TRUE(same("{titer}", "1"));
  EXPECT_TRUE(same("cm.m", "m2/100"));
  EXPECT_TRUE(same("/(10.[HPF])", "10*-1"));
  EXPECT_TRUE(same("mm[Hg]", "m[Hg]/1000"));
  EXPECT_TRUE(same("2.5", "10"));  // a product, not a decimal
}

TEST(Ucum, KeepsArbitraryUnitsApart) {
  EXPECT_EQ(converted("1", "[IU]/L", "U/L"), "none");
  EXPECT_EQ(converted("1", "[IU]/L", "[arb'U]/L"), "none");
  EXPECT_EQ(converted("1", "[IU]/mL", "k[IU]/L"), "1");
  EXPECT_EQ(converted("2", "[iU]", "[IU]"), "2");
  EXPECT_TRUE(parse_unit("[IU]/[iU]")->is_comparable(*parse_unit("1")));
}

TEST(Ucum, DoesNotMixDimensions) {
  EXPECT_EQ(converted("1", "cm", "cm2"), "none");
  EXPECT_EQ(converted("1", "cm", "s"), "none");
}

TEST(Ucum, RefusesWhatIsNoUnit) {
  for (const auto* text : {"",   "[s]",   "IU/L",      "m//s", "m.",       ".m",       "(m",
                           "m)", "{a",    "mg{a}{b}m", "dmin", "k[lb_av]", "m-",       "m99999",
                           "µg", "mm mm", "m+",        "[",    "]",        "10*99999", "0"})
    EXPECT_FALSE(parse_unit(text)) << text;
}

TEST(Ucum, HoldsItsLimits) {
  EXPECT_FALSE(parse_unit(std::string(40, '(') + "m" + std::string(40, ')')));
  EXPECT_FALSE(parse_unit(std::string(100'000, '(')));
  EXPECT_FALSE(parse_unit("99999999999999999999999999999999999999999999"));
  EXPECT_FALSE(parse_unit("9999999999999.9999999999999.9999999999999.9999999999999"));
  EXPECT_FALSE(parse_unit("[todd'U].[dye'U].[smgy'U].[tb'U]"));
}

TEST(Ucum, ComparesWithoutRounding) {
  const auto third = parse_unit("m/3");
  const auto metre = parse_unit("m");
  EXPECT_EQ(compare(Decimal(3), *third, Decimal(1), *metre), std::strong_ordering::equal);
  EXPECT_EQ(compare(Decimal(1), *third, Decimal::parse("0.3333333333333333").value(), *metre),
            std::strong_ordering::greater);
  EXPECT_TRUE(is_smaller(*third, *metre));
  EXPECT_TRUE(is_smaller(*parse_unit("mg"), *parse_unit("g")));
  EXPECT_FALSE(is_smaller(*parse_unit("[degF]"), *parse_unit("[degF]")));
}

// The ConceptMap of units is made of mappings/units.csv, a line for each spelling.
TEST(Ucum, KnowsEveryUnitOfTheProjectsSpellings) {
  std::ifstream file(std::string(PARANEO_SOURCE_DIR) + "/mappings/ConceptMap-units.json");
  ASSERT_TRUE(file);
  constexpr std::string_view kMark = "\"target\":[{\"code\":\"";
  int seen = 0;
  for (std::string line; std::getline(file, line);) {
    const auto mark = line.find(kMark);
    if (mark == std::string::npos) continue;
    const auto begin = mark + kMark.size();
    const auto code = line.substr(begin, line.find('"', begin) - begin);
    ++seen;
    EXPECT_TRUE(parse_unit(code)) << code;
  }
  EXPECT_GT(seen, 300);
}

TEST(Ucum, HasCodesOfSpecialScalesAndNoOthers) {
  for (const auto* code : {"mg/dL", "{titer}", "[pH]", "dB"})
    EXPECT_TRUE(is_unit_code(code)) << code;
  for (const auto* code : {"foo bar", "mmHg", "IU/L", ""}) EXPECT_FALSE(is_unit_code(code)) << code;
}

TEST(Ucum, KnowsAllOfItWhereItIsSaidToBeUcum) {
  for (const auto* code : {"mg", "[IU]/L", "AU/mL", "[PRU]", "[Btu_IT]/h", "dB", "dB[SPL]", "Np{x}",
                           "[pH]", "[hp_X]", "[NTU]", "mGal", "[m/s2/Hz^(1/2)]", "[lb_ap]", "[e]"})
    EXPECT_TRUE(is_any_unit_code(code)) << code;
  for (const auto* code : {"IU/L", "mcg", "cc", "mmHg", "m[pH]", "xB", "mAU/mL", "[lb]", "{x", ""})
    EXPECT_FALSE(is_any_unit_code(code)) << code;
  EXPECT_FALSE(is_unit_code("AU/mL")) << "whoever writes this means arbitrary units";
}

}  // namespace
}  // namespace paraneo::terminology
