#include "view/course.h"

#include <gtest/gtest.h>

#include "pictured.h"

namespace paraneo::view {
namespace {

std::string value(const std::string& key, const std::string& number, const std::string& unit,
                  const std::string& date, const std::string& more = {}) {
  return R"({"key":")" + key + R"(","code":{"text":"glucose"},"value":{"number":)" + number +
         R"(,"unit":")" + unit + R"("},"at":{"date":")" + date + "\"}" + more + "}";
}

TEST(Panels, UnitsThatConvertExactlyShareAnAxisAndOthersDoNot) {
  const Pictured pictured(Pictured::record(
      R"("observations":[)" + value("a", "100", "mg/dL", "2019-01-01") + "," +
      value("b", "1.5", "g/L", "2019-01-02") + "," + value("c", "5.5", "mmol/L", "2019-01-03") +
      "," + value("d", "5.6", "mmol/L", "2019-01-04") + "," +
      value("e", "5", "furlong", "2019-01-05") + "]"));
  ASSERT_EQ(pictured.course().panels.size(), 2U);
  const auto& mass = pictured.course().panels[0];
  EXPECT_EQ(mass.unit, "mg/dL");
  ASSERT_EQ(mass.values.size(), 2U);
  EXPECT_DOUBLE_EQ(mass.values[1].low, 150);
  EXPECT_EQ(mass.values[0].label, "100");
  EXPECT_EQ(mass.values[1].label, "1.5 g/L");
  EXPECT_EQ(pictured.course().panels[1].unit, "mmol/L");
  // What stands alone is a mark with its number.
  ASSERT_EQ(pictured.course().below.size(), 1U);
  EXPECT_EQ(pictured.course().below[0].rows[0].items[0].label, "5 furlong");
  EXPECT_FALSE(pictured.course().below[0].rows[0].items[0].is_outside);
}

TEST(Panels, ARoundedConversionIsNoConversion) {
  // A yard is 0.9144 m, so that a metre in yards has no end.
  const Pictured pictured(Pictured::record(R"("observations":[)" +
                                           value("a", "1", "[yd_i]", "2019-01-01") + "," +
                                           value("b", "1", "m", "2019-01-02") + "]"));
  EXPECT_TRUE(pictured.course().panels.empty());
}

TEST(Panels, RangesAndLimitsAreKept) {
  const Pictured pictured(Pictured::record(
      R"("observations":[)" +
      value("a", "26.0", "U/L", "2019", R"(,"range":[{"low":1.0,"high":7.6,"unit":"U/L"}])") + "," +
      R"({"key":"b","code":{"text":"glucose"},"value":{"number":200,"comparator":">","unit":"U/L"},"at":{"date":"2020"}},)" +
      R"({"key":"c","code":{"text":"glucose"},"value":{"low":3,"high":4,"unit":"U/L"},"at":{"date":"2021"}}])"));
  ASSERT_EQ(pictured.course().panels.size(), 1U);
  const auto& values = pictured.course().panels[0].values;
  EXPECT_EQ(values[0].label, "26.0");
  EXPECT_TRUE(values[0].is_outside);
  EXPECT_EQ(values[0].range_high, 7.6);
  EXPECT_EQ(values[1].bound, Value::Bound::above);
  EXPECT_EQ(values[1].label, ">200");
  EXPECT_EQ(values[2].low, 3);
  EXPECT_EQ(values[2].high, 4);
}

TEST(Panels, ASingleValueOutsideOfItsRangeStandsOut) {
  const Pictured pictured(Pictured::record(
      R"("observations":[)" +
      value("a", "26.0", "U/L", "2019", R"(,"range":[{"low":1.0,"high":7.6,"unit":"U/L"}])") +
      "]"));
  const auto& item = pictured.course().below.at(0).rows.at(0).items.at(0);
  EXPECT_EQ(item.label, "26.0 U/L (range 1.0–7.6 U/L)");
  EXPECT_TRUE(item.is_outside);
}

TEST(Course, SaysWhyAFactIsNotDrawn) {
  const Pictured pictured(Pictured::record(
      R"("subject":{"died":{"text":"later"}},"procedures":[{"key":"biopsy","code":{"text":"biopsy"}}],)"
      R"("conditions":[{"key":"a","code":{"text":"a"}},{"key":"b","code":{"text":"b"},"onset":{"text":"a month ago"}},{"key":"c","code":{"text":"c"},"onsetAge":{"number":45,"unit":"a"}}],)"
      R"("observations":[{"key":"d","code":{"text":"d"},"partOf":["biopsy"]}])"));
  std::map<std::string, std::string> reasons;
  for (const auto& each : pictured.course().not_drawn)
    reasons[each.fact == kSubject ? "subject" : std::string(pictured.facts()[each.fact].key)] =
        each.reason;
  EXPECT_EQ(reasons["a"], "no time is stated");
  EXPECT_EQ(reasons["b"], "its time is said in words only: a month ago");
  EXPECT_EQ(reasons["c"], "its time is an age: 45, a");
  EXPECT_EQ(reasons["d"], "no time is stated, nor one of what it belongs to: biopsy");
  EXPECT_EQ(reasons["subject"], "the time of death: later");
  EXPECT_EQ(reasons.size(), 6U);
}

TEST(Course, GroupsAndWindowsAreData) {
  const Pictured pictured(Pictured::record(
      R"("conditions":[{"key":"dm","code":{"code":"dx-dermatomyositis"},"onset":{"date":"2010-03-01"}},{"key":"ca","kind":"primary-neoplasm","code":{"text":"ca"},"onset":{"date":"2012"}},)"
      R"({"key":"other","code":{"text":"gout"},"onset":{"date":"2001"}}])"));
  std::vector<std::string> titles;
  for (const auto& section : pictured.course().above) titles.push_back(section.title);
  EXPECT_EQ(titles, (std::vector<std::string>{"Dermatomyositis", "Neoplasms", "Other conditions"}));
  ASSERT_EQ(pictured.course().shades.size(), 1U);
  EXPECT_EQ(date_of(pictured.course().shades[0].from), "2007-03-01");
  EXPECT_EQ(date_of(pictured.course().shades[0].to), "2013-03-01");
}

TEST(Course, NothingGoesOnBehindTheDeath) {
  const Pictured pictured(Pictured::record(
      R"("subject":{"died":{"date":"2019-03-01"}},"medications":[{"key":"m","code":{"text":"m"},"status":"active","start":{"date":"2019-01-01"}}],)"
      R"("observations":[{"key":"late","code":{"text":"autopsy"},"value":{"text":"x"},"at":{"date":"2019-05-01"}}])"));
  const DrawnReader picture(pictured.svg());
  const auto& xs = picture.drawn().xs.at("m");
  const auto& death = picture.drawn().xs.at("subject");
  EXPECT_NEAR(*std::max_element(xs.begin(), xs.end()), death.front(), 0.5);
}

TEST(Course, WhatHappenedAtSomeTimeOfAStayIsHollow) {
  const Pictured pictured(Pictured::record(
      R"("encounters":[{"key":"stay","class":"IMP","start":{"date":"2019-01-01"}},{"key":"visit","class":"AMB","start":{"date":"2019-02-01"}}],)"
      R"("observations":[{"key":"a","code":{"text":"a"},"value":{"text":"x"},"encounter":"stay"},{"key":"b","code":{"text":"b"},"value":{"text":"x"},"encounter":"visit"}])"));
  ASSERT_EQ(pictured.course().below.at(0).title, "Findings");
  EXPECT_TRUE(pictured.course().below[0].rows.at(0).items.at(0).is_inexact);
  EXPECT_FALSE(pictured.course().below[0].rows.at(1).items.at(0).is_inexact);
}

TEST(Course, ADrugGivenOnceIsAMarkWithItsDose) {
  const Pictured pictured(Pictured::record(
      R"("medications":[{"key":"m","code":{"text":"IVIG"},"at":{"date":"2019-01-01"},"dosage":[{"dose":{"number":2,"unit":"g/kg"}}]}])"));
  const auto& item = pictured.course().above.at(0).rows.at(0).items.at(0);
  EXPECT_EQ(item.shape, Item::Shape::mark);
  EXPECT_EQ(item.label, "2 g/kg");
}

TEST(Course, DosesFollowOneAnother) {
  const Pictured pictured(Pictured::record(
      R"("medications":[{"key":"mpsl","code":{"text":"mPSL"},"start":{"date":"2019-01-01"},"dosage":[)"
      R"({"sequence":1,"rate":{"numerator":125,"denominator":1,"unit":"mg","perUnit":"day"},"lasts":{"number":3,"unit":"d"}},)"
      R"({"sequence":2,"rate":{"numerator":80,"denominator":1,"unit":"mg","perUnit":"day"},"lasts":{"number":3,"unit":"d"}}]}])"));
  const auto& item = pictured.course().above.at(0).rows.at(0).items.at(0);
  ASSERT_EQ(item.doses.size(), 2U);
  EXPECT_EQ(date_of(item.doses[1].from.from), "2019-01-04");
  EXPECT_EQ(date_of(item.end.from), "2019-01-07");
  EXPECT_EQ(item.doses[0].label, "125 mg/day");
  EXPECT_DOUBLE_EQ(item.doses[1].height, 0.64);
}

}  // namespace
}  // namespace paraneo::view
