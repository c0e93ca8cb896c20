#include <gtest/gtest.h>

#include "expressions.h"

namespace paraneo::fhirpath {
namespace {

class FhirPathNumbers : public Expressions {};

TEST_F(FhirPathNumbers, CountsInLongs) {
  EXPECT_EQ(
      evaluate(
          "5L is Long and 5L is System.Long and (5L is Integer).not() and 5L.type().name = 'Long'"),
      "true");
  EXPECT_EQ(evaluate("9223372036854775807L"), "9223372036854775807");
  EXPECT_EQ(evaluate("9223372036854775808L"), "fhirpath-literal");
  EXPECT_EQ(evaluate("1 Long"), "syntax");
  EXPECT_EQ(evaluate("1Lx"), "syntax");
  // An Integer beside it is one, and both beside a Decimal are that.
  EXPECT_EQ(
      evaluate(
          "((5L div 2) | (5 + 5L) | (7L mod 4L) | -5L | 2L * 2).select($this is Long).allTrue()"),
      "true");
  EXPECT_EQ(evaluate("5L + 4.5"), "9.5");
  EXPECT_EQ(evaluate("(5L / 2) is Decimal"), "true");
  EXPECT_EQ(evaluate("9223372036854775807L + 1"), "");
  EXPECT_EQ(
      evaluate(
          "2L = 2 and 2 = 2L and 2L = 2.0 and 2L ~ 2 and 1L < 2 and 3.5 > 3L and (1L | 1).count() = 1 and 2L in (1 | 2)"),
      "true");
  EXPECT_EQ(evaluate("2L * 3 'mg'"), "6 'mg'");
  EXPECT_EQ(evaluate("1L & 'x'"), "1x");
  EXPECT_EQ(
      evaluate(
          "42.toLong() is Long and '-42'.toLong() = -42 and '+1'.toLong() = 1 and true.toLong() = 1 and 7L.toLong() = 7"),
      "true");
  EXPECT_EQ(evaluate("'9223372036854775807'.toLong()"), "9223372036854775807");
  for (const auto* text : {"'9223372036854775808'", "'1.0'", "1.5", "'a'", "''", "1 'mg'"}) {
    EXPECT_EQ(evaluate(std::string(text) + ".toLong()"), "") << text;
    EXPECT_EQ(evaluate(std::string(text) + ".convertsToLong()"), "false") << text;
  }
  EXPECT_EQ(evaluate("'5'.convertsToLong() and 5.convertsToLong() and false.convertsToLong()"),
            "true");
  EXPECT_EQ(evaluate("{}.toLong()"), "");
  EXPECT_EQ(evaluate("5L.toInteger() is Integer"), "true");
  EXPECT_EQ(evaluate("3000000000L.toInteger()"), "");
  EXPECT_EQ(
      evaluate(
          "5L.toDecimal() is Decimal and 5L.toString() = '5' and 1L.toBoolean() and 5L.toQuantity() = 5 '1'"),
      "true");
  EXPECT_EQ(
      evaluate(
          "(3L.abs() | (-3L).abs() | 3L.floor() | 3L.ceiling() | 3L.truncate()).select($this is Long).allTrue()"),
      "true");
  EXPECT_EQ(evaluate("2L.power(40)"), "1099511627776");
  EXPECT_EQ(evaluate("(1L | 2L).sum() is Long and (1L | 2L).max() = 2"), "true");
  EXPECT_EQ(evaluate("code.coding[1L]"), "error: an integer is needed here, found System.Long");
}

TEST_F(FhirPathNumbers, CalculatesFarFromThePoint) {
  EXPECT_EQ(evaluate("(-564).exp() > 0 and (-564).exp() < 0.00000001"), "true");
  EXPECT_EQ(evaluate("(1 / 10000000000) / 10000000000"), "0.00000000000000000001");
  EXPECT_EQ(evaluate("(-800).exp()"), "");
  EXPECT_EQ(evaluate("2.power(-100) > 0"), "true");
  EXPECT_EQ(evaluate("2.power(200)"), "");
}

TEST_F(FhirPathNumbers, SaysWhichNumbersItCannotUse) {
  EXPECT_EQ(evaluate("%factory.decimal('1E-900') > 0"), "true");
  EXPECT_EQ(evaluate("%factory.decimal('1E-2000')"), "error: \"1E-2000\" is no decimal");
}

TEST_F(FhirPathNumbers, RoundsQuantities) {
  EXPECT_EQ(evaluate("(2.56 'mg').round(1)"), "2.6 'mg'");
  EXPECT_EQ(evaluate("(-2.5 'mg').floor()"), "-3 'mg'");
  EXPECT_EQ(evaluate("(2.5 days).ceiling()"), "3 days");
  EXPECT_EQ(evaluate("(2.5 'mg').truncate()"), "2 'mg'");
}

TEST_F(FhirPathNumbers, MakesQuantitiesOfNumbers) {
  EXPECT_EQ(evaluate("2 'kg' * 5"), "10 'kg'");
  EXPECT_EQ(evaluate("5 * 2 'kg'"), "10 'kg'");
  EXPECT_EQ(evaluate("10 'kg' / 4"), "2.5 'kg'");
  EXPECT_EQ(evaluate("3 days * 2"), "6 days");
  EXPECT_EQ(evaluate("2 > 1 '1'"), "true");
  EXPECT_EQ(evaluate("9 = 9 '1'"), "true");
  EXPECT_EQ(evaluate("9.0 '1' ~ 9"), "true");
  EXPECT_EQ(evaluate("2 > 1 'mg'"), "");
  EXPECT_EQ(evaluate("(2 years).value + 1"), "3");
  EXPECT_EQ(evaluate("(2 years).unit"), "year");
  EXPECT_EQ(evaluate("(2 years).value.exists()"), "true");
  EXPECT_EQ(evaluate("45.toQuantity('m')"), "45 'm'");
}

TEST_F(FhirPathNumbers, ConvertsCalendarDurations) {
  EXPECT_EQ(evaluate("7 days.toQuantity('wk')"), "1 'wk'");
  EXPECT_EQ(evaluate("182.5 days.toQuantity('a')"), "0.5 'a'");
  EXPECT_EQ(evaluate("24 months.toQuantity('a')"), "2 'a'");
  EXPECT_EQ(evaluate("2 years.toQuantity('month')"), "24 months");
  EXPECT_EQ(evaluate("1 year.toQuantity('d')"), "365 'd'");
  EXPECT_EQ(evaluate("1 'a'.toQuantity('d')"), "365.25 'd'");
  EXPECT_EQ(evaluate("1 year = 1 'a'"), "");
}

TEST_F(FhirPathNumbers, ComparesAllThatIsWrittenOfASecond) {
  EXPECT_EQ(evaluate("@2020-01-01T00:00:00.1234567Z = @2020-01-01T00:00:00.1234568Z"), "false");
  EXPECT_EQ(evaluate("@2020-01-01T00:00:00.1234567Z < @2020-01-01T00:00:00.1234568Z"), "true");
  EXPECT_EQ(evaluate("@2020-01-01T00:00:00.1230Z = @2020-01-01T00:00:00.123Z"), "true");
  EXPECT_EQ(evaluate("@T00:00:00.1234567.toString()"), "00:00:00.1234567");
  EXPECT_EQ(evaluate("@2016-12-31T23:59:60Z < @2017-01-01T00:00:00Z"), "true");
}

TEST_F(FhirPathNumbers, KeepsWrittenDecimals) {
  EXPECT_EQ(evaluate("value.value.toString()"), "26.0");
  EXPECT_EQ(evaluate("value.value = 26"), "true");
}

TEST_F(FhirPathNumbers, ComparesQuantitiesAcrossUnits) {
  EXPECT_EQ(evaluate("4 'g' = 4000.0 'mg'"), "true");
  EXPECT_EQ(evaluate("4 'g' ~ 4040 'mg'"), "true");
  EXPECT_EQ(evaluate("1 'cm' = 1 's'"), "");
  EXPECT_EQ(evaluate("1 '[IU]/L' > 1 'U/L'"), "");
  EXPECT_EQ(evaluate("1 year = 1 'a'"), "");
  EXPECT_EQ(evaluate("1 year ~ 1 'a'"), "true");
  EXPECT_EQ(evaluate("1 year = 12 months"), "true");
  EXPECT_EQ(evaluate("7 days = 1 'wk'"), "true");
}

TEST_F(FhirPathNumbers, CalculatesWithUnits) {
  EXPECT_EQ(evaluate("3 'm' + 3 'cm'"), "303 'cm'");
  EXPECT_EQ(evaluate("2 'm2' * 3 'm2' = 6 'm4'"), "true");
  EXPECT_EQ(evaluate("6 'g' / 2 'mg/L' = 3000 'L'"), "true");
  EXPECT_EQ(evaluate("1 year + 3 months"), "15 months");
  EXPECT_EQ(evaluate("1 'cm' + 1 's'"), "");
  EXPECT_EQ(evaluate("(1 'kg').toQuantity('g')"), "1000 'g'");
  EXPECT_EQ(evaluate("(1 'kg').convertsToQuantity('s')"), "false");
  EXPECT_EQ(evaluate("@T10:00 + 1 day"), "error: a time has no days");
}

TEST_F(FhirPathNumbers, DividesIntegersWithoutRounding) {
  EXPECT_EQ(evaluate("9223372036854775806 div 9223372036854775807"), "0");
  EXPECT_EQ(evaluate("9223372036854775806 mod 9223372036854775807"), "9223372036854775806");
  EXPECT_EQ(evaluate("(-7) div 2"), "-3");
  EXPECT_EQ(evaluate("(-7) mod 2"), "-1");
  // What does not fit has no value.
  for (const auto* text : {"-(-9223372036854775807 - 1)", "(-9223372036854775807 - 1).abs()",
                           "9223372036854775807 + 1", "9223372036854775807 * 9223372036854775807",
                           "9223372036854775807 * 7"})
    EXPECT_EQ(evaluate(text), "") << text;
}

TEST_F(FhirPathNumbers, HasNoLogarithmOfOrToWhatHasNone) {
  for (const auto* none : {"10.log(0)", "10.log(1)", "1.log(1)", "10.log(-2)", "0.log(10)",
                           "(-1).log(10)", "0.ln()", "(-1).ln()", "{}.log(2)", "2.log({})"})
    EXPECT_EQ(evaluate(none), "") << none;
  EXPECT_EQ(evaluate("1.log(10)"), "0");
  EXPECT_EQ(evaluate("8.log(0.5)"), "-3");
  EXPECT_EQ(evaluate("1000.log(10)"), "3");
}

TEST_F(FhirPathNumbers, RaisesToWholePowersExactly) {
  EXPECT_EQ(evaluate("2.power(62)"), "4611686018427387904");
  EXPECT_EQ(evaluate("2.power(62) is Integer"), "true");
  EXPECT_EQ(evaluate("2.power(64)"), "18446744073709551616");
  EXPECT_EQ(evaluate("(-3).power(39)"), "-4052555153018976267");
  EXPECT_EQ(evaluate("1.1.power(2)"), "1.21");
  EXPECT_EQ(evaluate("1.0.power(1000)"), "1");
  EXPECT_EQ(evaluate("0.power(0)"), "1");
  EXPECT_EQ(evaluate("2.power(-1)"), "0.5");
  EXPECT_EQ(evaluate("1.power(9223372036854775807)"), "1");
  EXPECT_EQ(evaluate("1.0000001.power(100)"), "1.000010000049506");
}

TEST_F(FhirPathNumbers, IsEmptyWhereANumberCannotBeSaid) {
  for (const auto* none :
       {"(-1).sqrt()", "(-1).power(0.5)", "0.power(-1)", "10.power(40)",
        "2.power(9223372036854775807)", "10.power(-400)", "1000.exp()", "(-1000).exp()"})
    EXPECT_EQ(evaluate(none), "") << none;
  EXPECT_EQ(evaluate("10.power(-40)"), "0.0000000000000000000000000000000000000001");
  EXPECT_EQ(evaluate("(-50).exp()"), "0.00000000000000000000019287498479639178");
}

TEST_F(FhirPathNumbers, FindsBoundaries) {
  EXPECT_EQ(evaluate("1.587.lowBoundary()"), "1.58650000");
  EXPECT_EQ(evaluate("0.0034.highBoundary(1)"), "0.1");
  EXPECT_EQ(evaluate("@2014-02.highBoundary()"), "2014-02-28");
  EXPECT_EQ(evaluate("@9999.highBoundary()"), "9999-12-31");
  EXPECT_EQ(evaluate("@2014-01-01T08.highBoundary(17)"), "2014-01-01T08:59:59.999-12:00");
  EXPECT_EQ(evaluate("@T10:30.highBoundary()"), "10:30:59.999");
  EXPECT_EQ(evaluate("1.lowBoundary(29)"), "");
}

TEST_F(FhirPathNumbers, TakesDatesApart) {
  EXPECT_EQ(
      evaluate(
          "@2012-03-01T12:30:00.002-07:00.select(yearOf() | monthOf() | hourOf() | millisecondOf())"),
      "2012, 3, 12, 2");
  EXPECT_EQ(evaluate("@2012-03-01T12:30:00-07:00.select(timezoneOffsetOf())"), "-7");
  EXPECT_EQ(evaluate("@2012.monthOf()"), "");
  EXPECT_EQ(evaluate("@2012-03-01T12:30:00Z.dateOf()"), "2012-03-01");
  EXPECT_EQ(evaluate("@2012-03-01T12:30:00Z.timeOf()"), "12:30:00");
}

}  // namespace
}  // namespace paraneo::fhirpath
