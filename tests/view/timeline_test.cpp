#include "view/timeline.h"

#include <gtest/gtest.h>

#include "pictured.h"

namespace paraneo::view {
namespace {

double day(const char* date) { return days_of(date)->first; }

TEST(Days, APartialDateIsAllOfItsTime) {
  EXPECT_EQ(*days_of("1970-01-01"), std::pair(0.0, 0.0));
  EXPECT_EQ(*days_of("1970-02"), std::pair(31.0, 59.0));
  EXPECT_EQ(*days_of("1971"), std::pair(365.0, 730.0));
  EXPECT_EQ(*days_of("1970-01-02T12:00:00+05:00"), std::pair(1.5, 1.5));
  EXPECT_EQ(*days_of("0001"), std::pair(-719162.0, -718797.0));
  EXPECT_EQ(days_of("9999-12")->second, 2932897.0);
  EXPECT_FALSE(days_of("yesterday"));
  EXPECT_EQ(date_of(day("0001-01-01")), "0001-01-01");
  EXPECT_EQ(date_of(day("9999-12-31")), "9999-12-31");
}

std::string observation(const std::string& key, const std::string& at) {
  return R"({"key":")" + key + R"(","code":{"text":")" + key + R"("},"value":{"number":1},"at":)" +
         at + "}";
}

TEST(Timeline, ADistanceFromADateIsAddedInTheCalendar) {
  const Pictured pictured(Pictured::record(
      R"("procedures":[{"key":"op","code":{"text":"op"},"at":{"date":"2019-01-31"}},{"key":"rt","code":{"text":"rt"},"at":{"date":"2019-03"}}],"observations":[)" +
      observation("month", R"({"relation":"after-start","anchor":"op","offset":1,"unit":"mo"})") +
      "," +
      observation("chain",
                  R"({"relation":"before-start","anchor":"month","offset":14,"unit":"d"})") +
      "," +
      observation(
          "within",
          R"({"relation":"after-end","anchor":"op","offset":2,"unit":"wk","comparator":"<="})") +
      "," +
      observation(
          "later",
          R"({"relation":"after-start","anchor":"op","offset":2,"unit":"wk","comparator":">="})") +
      "," + observation("sometime", R"({"relation":"before","anchor":"op"})") + "," +
      observation("span", R"({"relation":"after-start","anchor":"rt","offset":1,"unit":"a"})") +
      "]"));
  EXPECT_EQ(pictured.at("month").from, day("2019-02-28"));
  EXPECT_EQ(pictured.at("chain").from, day("2019-02-14"));
  EXPECT_EQ(pictured.at("within").from, day("2019-01-31"));
  EXPECT_EQ(pictured.at("within").to, day("2019-02-14"));
  EXPECT_TRUE(pictured.at("later").open_to);
  EXPECT_EQ(pictured.at("later").from, day("2019-02-14"));
  EXPECT_TRUE(pictured.at("sometime").open_from);
  EXPECT_EQ(pictured.at("span").from, day("2020-03-01"));
  EXPECT_EQ(pictured.at("span").to, day("2020-04-01"));
  for (const auto* key : {"month", "chain", "within", "later", "sometime", "span"})
    EXPECT_EQ(pictured.at(key).frame, kCalendar) << key;
}

TEST(Timeline, RangesOrdinalDaysAndBoundsHaveTheirPlace) {
  const Pictured pictured(Pictured::record(
      R"("procedures":[{"key":"ep","code":{"text":"EP"},"start":{"date":"2019-01-31"}}],"observations":[)" +
      observation(
          "range",
          R"({"relation":"after-start","anchor":"ep","offset":2,"offsetMax":3,"unit":"wk"})") +
      "," +
      observation(
          "earlier",
          R"({"relation":"before-start","anchor":"ep","offset":2,"offsetMax":3,"unit":"d"})") +
      "," + observation("day", R"({"relation":"after-start","anchor":"ep","day":2})") + "," +
      observation("cycles",
                  R"({"relation":"after-start","anchor":"ep","offset":3,"unit":"cycle"})") +
      "," + observation("by", R"({"date":"2019-03-04","comparator":"<="})") + "]"));
  EXPECT_EQ(pictured.at("range").from, day("2019-02-14"));
  EXPECT_EQ(pictured.at("range").to, day("2019-02-21"));
  EXPECT_EQ(pictured.at("earlier").from, day("2019-01-28"));
  EXPECT_EQ(pictured.at("earlier").to, day("2019-01-29"));
  EXPECT_EQ(pictured.at("day").from, day("2019-02-01"));
  // How long a cycle is, nobody says.
  EXPECT_EQ(pictured.at("cycles").from, day("2019-01-31"));
  EXPECT_TRUE(pictured.at("cycles").open_to);
  EXPECT_EQ(pictured.at("by").to, day("2019-03-04"));
  EXPECT_TRUE(pictured.at("by").open_from);
}

TEST(Timeline, WithoutADateTimeIsCountedFromTheFactThatOthersAreRelativeTo) {
  const Pictured pictured(Pictured::record(
      R"("medications":[{"key":"psl","code":{"text":"PSL"}},{"key":"mtx","code":{"text":"MTX"},"start":{"relation":"after-end","anchor":"psl"}}],"observations":[)" +
      observation("ck", R"({"relation":"after-start","anchor":"psl","offset":2,"unit":"wk"})") +
      "," +
      observation("ldh", R"({"relation":"after-start","anchor":"mtx","offset":1,"unit":"mo"})") +
      "]"));
  EXPECT_GT(pictured.at("psl").frame, kCalendar);
  EXPECT_EQ(pictured.at("ck").frame, pictured.at("psl").frame);
  EXPECT_EQ(pictured.at("ck").from, 14);
  EXPECT_EQ(pictured.timeline().frames()[static_cast<std::size_t>(pictured.at("psl").frame)].zero,
            "start of PSL");
  // How long after the end of PSL nobody says: another count, which comes later.
  EXPECT_NE(pictured.at("mtx").frame, pictured.at("psl").frame);
  EXPECT_DOUBLE_EQ(pictured.at("ldh").from, 365.25 / 12);
  const auto order =
      pictured.timeline().order(std::vector<bool>(pictured.timeline().frames().size(), true));
  std::vector<int> frames;
  for (const auto& [frame, is_stated] : order) frames.push_back(frame);
  const auto place = [&](int frame) {
    return std::find(frames.begin(), frames.end(), frame) - frames.begin();
  };
  EXPECT_LT(place(pictured.at("psl").frame), place(pictured.at("psl", Time::end).frame));
  EXPECT_LT(place(pictured.at("psl", Time::end).frame), place(pictured.at("mtx").frame));
  EXPECT_TRUE(order.back().second);
}

TEST(Timeline, WhatHasNoTimeOfItsOwnHasThatOfWhatItIsPartOf) {
  const Pictured pictured(Pictured::record(
      R"("encounters":[{"key":"stay","start":{"date":"2019-05-02"}},{"key":"visit"}],"procedures":[{"key":"biopsy","code":{"text":"b"},"at":{"date":"2019-05-04"}}],)"
      R"("observations":[{"key":"a","code":{"text":"a"},"partOf":["biopsy"],"encounter":"stay"},{"key":"b","code":{"text":"b"},"encounter":"stay"},)"
      R"({"key":"c","code":{"text":"c"},"encounter":"visit"},{"key":"d","code":{"text":"d"}}])"));
  EXPECT_EQ(pictured.at("a").from, day("2019-05-04"));
  EXPECT_EQ(pictured.at("b").from, day("2019-05-02"));
  EXPECT_GT(pictured.at("c").frame, kCalendar);
  EXPECT_FALSE(pictured.at("d").known());
}

TEST(Timeline, ADrugEndsAfterItsDosesWhereEachSaysHowLong) {
  const Pictured pictured(Pictured::record(
      R"("medications":[{"key":"m","code":{"text":"m"},"start":{"date":"2019-01-01"},"dosage":[{"sequence":1,"lasts":{"number":3,"unit":"d"}},{"sequence":2,"lasts":{"number":1,"unit":"wk"}}]},)"
      R"({"key":"n","code":{"text":"n"},"start":{"relation":"after-end","anchor":"m","offset":1,"unit":"d"}}])"));
  EXPECT_EQ(pictured.at("m", Time::end).from, day("2019-01-11"));
  EXPECT_EQ(pictured.at("n").from, day("2019-01-12"));
}

TEST(Timeline, ALongChainNeedsNoDeepStack) {
  std::string observations = observation("o0", R"({"date":"2000-01-01"})");
  for (int i = 1; i < 20'000; ++i)
    observations += "," + observation("o" + std::to_string(i),
                                      R"({"relation":"after-start","anchor":"o)" +
                                          std::to_string(i - 1) + R"(","offset":1,"unit":"d"})");
  const Pictured pictured(Pictured::record(R"("observations":[)" + observations + "]"));
  EXPECT_EQ(pictured.at("o19999").from, day("2000-01-01") + 19'999);
}

TEST(Timeline, DistancesBeyondAllDatesEndThere) {
  const Pictured pictured(Pictured::record(
      R"("observations":[)" + observation("a", R"({"date":"9999"})") + "," +
      observation(
          "b",
          R"({"relation":"after-start","anchor":"a","offset":99999999999999999999999999,"unit":"a"})") +
      "]"));
  EXPECT_TRUE(pictured.at("b").known());
  EXPECT_LT(pictured.at("b").from, 1e7);
}

}  // namespace
}  // namespace paraneo::view
