#include "base/decimal.h"

#include <gtest/gtest.h>

namespace paraneo {
namespace {

Decimal d(std::string_view text) { return Decimal::parse(text).value(); }

TEST(Decimal, KeepsWrittenDigits) {
  for (const auto* text :
       {"26.0", "1.00", "0.5", "-3", "0", "0.0000001", "123456789012345678901234567890"})
    EXPECT_EQ(d(text).text(), text);
  EXPECT_EQ(d("1e-7").text(), "0.0000001");
  EXPECT_EQ(d("1.5e3").text(), "1500");
}

TEST(Decimal, RefusesWhatIsNoNumber) {
  for (const auto* text : {"", "-", ".5", "5.", "1e", "1x", "0x1", "NaN", "1e9999"})
    EXPECT_FALSE(Decimal::parse(text)) << text;
  EXPECT_FALSE(Decimal::parse(std::string(400, '9')));
}

TEST(Decimal, CalculatesExactly) {
  EXPECT_EQ(d("0.1").plus(d("0.2"))->text(), "0.3");
  EXPECT_EQ(d("1.0").minus(d("0.75"))->text(), "0.25");
  EXPECT_EQ(d("26.24").times(d("60"))->text(), "1574.40");
  EXPECT_EQ(d("1").divided_by(d("3"))->text(), "0.3333333333333333");
  EXPECT_EQ(d("10").divided_by(d("4"))->text(), "2.5");
  EXPECT_FALSE(d("1").divided_by(d("0.0")));
}

TEST(Decimal, ComparesByValue) {
  EXPECT_EQ(d("1.0"), d("1.00"));
  EXPECT_LT(d("-2"), d("1"));
  EXPECT_GT(d("0.10"), d("0.09"));
}

TEST(Decimal, RoundsHalfAwayFromZero) {
  EXPECT_EQ(d("2.5").rounded(0).text(), "3");
  EXPECT_EQ(d("-2.5").rounded(0).text(), "-3");
  EXPECT_EQ(d("2.449").rounded(1).text(), "2.4");
  EXPECT_EQ(d("-2.9").truncated(0).text(), "-2");
}

TEST(Decimal, ReportsOverflowInsteadOfWrapping) {
  const auto big = d(std::string(30, '9'));
  EXPECT_FALSE(big.times(big));
}

// What it writes, it reads: a number with a large exponent is written with its zeros.
TEST(Decimal, ReadsWhatItWrites) {
  for (const auto* text :
       {"1e105", "-1e999", "12e40", "1e-1000", "0e50", "123456789012345678e30"}) {
    const auto number = Decimal::parse(text);
    ASSERT_TRUE(number) << text;
    const auto again = Decimal::parse(number->text());
    ASSERT_TRUE(again) << text;
    EXPECT_EQ(*again, *number) << text;
    EXPECT_EQ(again->text(), number->text()) << text;
  }
  const std::string zeros(50, '0');
  EXPECT_EQ(Decimal::parse("1" + zeros), Decimal::parse("1e50"));
  EXPECT_FALSE(Decimal::parse("1" + zeros + "1"));
  EXPECT_FALSE(Decimal::parse("1" + zeros + ".0"));
  EXPECT_FALSE(Decimal::parse("1" + std::string(2'000, '0')));
}

TEST(Decimal, HoldsWhatIsFarFromThePoint) {
  const auto small = d("1.5E-245");
  EXPECT_EQ(small.text(), "0." + std::string(244, '0') + "15");
  EXPECT_FALSE(small.is_zero());
  EXPECT_FALSE(small.is_integer());
  EXPECT_EQ(small.to_integer(), 0);
  EXPECT_EQ(small.rounded(8), d("0"));
  EXPECT_EQ(small.truncated(36).text(), "0." + std::string(36, '0'));
  EXPECT_EQ(small, d("15E-246"));
  EXPECT_LT(small, d("1.50001E-245"));
  EXPECT_GT(small, d("0.0"));
  EXPECT_GT(small, d("-1.5E-200"));
  EXPECT_LT(d("-1E-200"), small.negated());
  EXPECT_LT(small, d("1"));
  EXPECT_EQ(small.times(d("2"))->text(), d("3.0E-245").text());
  EXPECT_EQ(small.plus(d("0")), small);
  EXPECT_FALSE(small.plus(d("1")));
  const auto large = d("1.5E+245");
  EXPECT_EQ(large.text(), "15" + std::string(244, '0'));
  EXPECT_EQ(large.scale(), 0);
  EXPECT_TRUE(large.is_integer());
  EXPECT_FALSE(large.to_integer());
  EXPECT_EQ(large.rounded(0), large);
  EXPECT_GT(large, d(std::string(36, '9')));
  EXPECT_LT(large.negated(), small);
  EXPECT_EQ(large.times(small)->normalized().text(), "2.25");
  EXPECT_EQ(d("0E+400").text(), "0");
  EXPECT_FALSE(d("1E-600").times(d("1E-600")));
}

TEST(Decimal, DividesSmallNumbersToTheSameNumberOfDigits) {
  EXPECT_EQ(d("1").divided_by(d("10000000000"))->divided_by(d("10000000000"))->text(),
            "0.00000000000000000001");
  EXPECT_EQ(d("2").divided_by(d("30000000000"))->text(), "0.00000000006666666666666667");
  EXPECT_EQ(d("1E-245").divided_by(d("4"))->text(), d("25E-247").text());
  EXPECT_EQ(d("0").divided_by(d("7"))->text(), "0");
  EXPECT_FALSE(d("1E-999").divided_by(d("1E+999")));
}

}  // namespace
}  // namespace paraneo
