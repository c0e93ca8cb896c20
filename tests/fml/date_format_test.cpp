#include "fml/transforms/date_format.h"

#include <gtest/gtest.h>

namespace paraneo::fml {
namespace {

std::string made(std::string_view text, std::string_view format, DateForm form = DateForm::any) {
  const auto parts = parse_date(text, format);
  return parts ? fhir_date(*parts, form) : "no";
}

TEST(DateFormat, ReadsTheCodesOfTheLanguage) {
  EXPECT_EQ(made("31.12.2023", "dd.MM.yyyy"), "2023-12-31");
  EXPECT_EQ(made("1.2.2023", "d.M.yyyy"), "2023-02-01");
  EXPECT_EQ(made("20231231", "yyyyMMdd"), "2023-12-31");
  EXPECT_EQ(made("12/2023", "MM/yyyy"), "2023-12");
  EXPECT_EQ(made("2023", "yyyy"), "2023");
  EXPECT_EQ(made("4 Jul 49", "d MMM yy"), "2049-07-04");
  EXPECT_EQ(made("4 july 50", "d MMMM yy"), "1950-07-04");
  EXPECT_EQ(made("20231231235958+0200", "yyyyMMddHHmmssZ"), "2023-12-31T23:59:58+02:00");
  EXPECT_EQ(made("2023-12-31 1:05:07.120 pm Z", "yyyy-MM-dd h:mm:ss.SSS a Z"),
            "2023-12-31T13:05:07.120Z");
  EXPECT_EQ(made("12:30 AM", "hh:mm a"), "00:30:00");
  EXPECT_EQ(made("2023-12-31 23:59 UTC", "yyyy-MM-dd HH:mm z", DateForm::date), "2023-12-31");
}

TEST(DateFormat, RefusesWhatDoesNotFit) {
  EXPECT_EQ(made("31.13.2023", "dd.MM.yyyy"), "no");
  EXPECT_EQ(made("29.02.2023", "dd.MM.yyyy"), "no");
  EXPECT_EQ(made("29.02.2024", "dd.MM.yyyy"), "2024-02-29");
  EXPECT_EQ(made("1.02.2024", "dd.MM.yyyy"), "no");
  EXPECT_EQ(made("01.02.2024x", "dd.MM.yyyy"), "no");
  EXPECT_EQ(made("01.02.2024", "dd.MM.yyyyy"), "no");
  EXPECT_EQ(made("13:00 PM", "hh:mm a"), "no");
  EXPECT_EQ(made("10:00", "hh:mm"), "no") << "morning or afternoon?";
  EXPECT_EQ(made("2023-12-31 23:59", "yyyy-MM-dd HH:mm"), "") << "no zone";
  EXPECT_EQ(made("31.12.", "dd.MM."), "");
}

TEST(DateFormat, CountsFrom1970) {
  const auto unix_date = [](std::int64_t seconds, std::string_view zone) {
    const auto parts = parts_of_unix(seconds, zone);
    return parts ? fhir_date(*parts, DateForm::any) : "no";
  };
  EXPECT_EQ(unix_date(0, "Z"), "1970-01-01T00:00:00Z");
  EXPECT_EQ(unix_date(1'709'208'000, "+10:00"), "2024-02-29T22:00:00+10:00");
  EXPECT_EQ(unix_date(-1, "Z"), "1969-12-31T23:59:59Z");
  EXPECT_EQ(unix_date(0, "-05:30"), "1969-12-31T18:30:00-05:30");
  EXPECT_EQ(unix_date(-11'676'096'000, "Z"), "1600-01-01T00:00:00Z");
  EXPECT_EQ(unix_date(0, "here"), "no");
  EXPECT_EQ(unix_date(std::int64_t{1} << 62, "Z"), "no");
}

}  // namespace
}  // namespace paraneo::fml
