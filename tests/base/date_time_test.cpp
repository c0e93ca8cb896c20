#include "base/date_time.h"

#include <gtest/gtest.h>

namespace paraneo {
namespace {

DateTime at(std::string_view text) { return DateTime::parse_date_time(text).value(); }

TEST(DateTime, KeepsPrecisionAndZone) {
  for (const auto* text : {"2003", "2003-10", "2003-10-05", "2003-10-05T07:30",
                           "2003-10-05T07:30:00+02:00", "2003-10-05T07:30:00.250Z"})
    EXPECT_EQ(at(text).text(), text);
}

TEST(DateTime, RefusesWhatIsNoDate) {
  for (const auto* text : {"", "03", "2003-13", "2003-02-30", "2003-1-1", "2003-10-05T25:00",
                           "2003-10T07:00", "2003-10-05 07:00"})
    EXPECT_FALSE(DateTime::parse_date_time(text)) << text;
  EXPECT_FALSE(DateTime::parse_date("2003-10-05T07:30"));
}

// What is written in full is read by other code than what has a fraction.
TEST(DateTime, ReadsFullTextsAsThoseWithAFraction) {
  constexpr std::size_t kZoneAt = 19;
  std::size_t accepted = 0;
  const auto check = [&](std::string_view text) {
    std::string with_fraction(text);
    with_fraction.insert(std::min(kZoneAt, text.size()), ".0");
    const auto full = DateTime::parse_date_time(text);
    const auto other = DateTime::parse_date_time(with_fraction);
    ASSERT_EQ(full.has_value(), other.has_value()) << text;
    if (!full) return;
    ++accepted;
    EXPECT_EQ(full->precision, Precision::second) << text;
    EXPECT_EQ(full->compare(*other), 0) << text;
    EXPECT_EQ(full->zone_minutes, other->zone_minutes) << text;
  };
  for (const std::string_view right : {"2003-10-01T12:34:56+02:00", "2004-02-29T00:00:00Z",
                                       "1999-12-31T23:59:59-11:30", "2000-01-01T20:20:20+14:00"}) {
    check(right);
    for (std::size_t i = 0; i < right.size(); ++i) {
      for (int c = 0; c < 256; ++c) {
        // Where the zone begins, a point or a digit would belong to the fraction.
        if (i == kZoneAt && (c == '.' || (c >= '0' && c <= '9'))) continue;
        std::string text(right);
        text[i] = static_cast<char>(c);
        check(text);
      }
    }
  }
  EXPECT_GT(accepted, 200U);
}

TEST(DateTime, ComparesAsFarAsItKnows) {
  EXPECT_EQ(at("2003").compare(at("2004")), -1);
  EXPECT_EQ(at("2003").compare(at("2003")), 0);
  EXPECT_EQ(at("2003").compare(at("2003-10")), std::nullopt);
  EXPECT_EQ(at("2003-10-05T10:00:00Z").compare(at("2003-10-05T12:00:00+02:00")), 0);
  EXPECT_EQ(at("2003-10-05T10:00:00").compare(at("2003-10-05T10:00:00Z")), std::nullopt);
  EXPECT_EQ(at("2003-10-05T10:00:00").compare(at("2003-10-05T10:00:00.000")), 0);
}

TEST(DateTime, AddsByTheCalendar) {
  EXPECT_EQ(at("2020-01-31").plus(1, CalendarUnit::month)->text(), "2020-02-29");
  EXPECT_EQ(at("2014").plus(24, CalendarUnit::month)->text(), "2016");
  EXPECT_EQ(at("2019-12-31T23:59:59").plus(1, CalendarUnit::second)->text(), "2020-01-01T00:00:00");
  EXPECT_EQ(at("2020-03-01").plus(-1, CalendarUnit::day)->text(), "2020-02-29");
  EXPECT_FALSE(at("9999").plus(1, CalendarUnit::year));
  EXPECT_EQ(DateTime::parse_time("23:30")->plus(45, CalendarUnit::minute)->text(), "00:15");
}

}  // namespace
}  // namespace paraneo
