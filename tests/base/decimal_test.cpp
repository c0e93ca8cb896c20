#include "base/decimal.h"

#include <gtest/gtest.h>

namespace paraneo {
namespace {

Decimal d(std::string_view text) { return Decimal::parse(text).value(); }

TEST(Decimal, KeepsWrittenDigits) {
  for (const auto* text : {"26.0", "1.00", "0.5", "-3", "0", "0.0000001", "123456789012345678901234567890"})
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

}  // namespace
}  // namespace paraneo
