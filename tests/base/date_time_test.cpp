#include "base/date_time.h"

#include <gtest/gtest.h>

namespace paraneo {
namespace {

DateTime at(std::string_view text) { return DateTime::parse_date_time(text).value(); }

TEST(DateTime, KeepsPrecisionAndZone) {
  for (const auto* text : {"2003", "2003-10", "2003-10-05", "2003-10-05T07:30", "2003-10-05T07:30:00+02:00",
                           "2003-10-05T07:30:00.250Z"})
    EXPECT_EQ(at(text).text(), text);
}

TEST(DateTime, RefusesWhatIsNoDate) {
  for (const auto* text : {"", "03", "2003-13", "2003-02-30", "2003-1-1", "2003-10-05T25:00", "2003-10T07:00", "2003-10-05 07:00"})
    EXPECT_FALSE(DateTime::parse_date_time(text)) << text;
  EXPECT_FALSE(DateTime::parse_date("2003-10-05T07:30"));
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
