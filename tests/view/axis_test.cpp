#include "view/axis.h"

#include <gtest/gtest.h>

#include "pictured.h"

namespace paraneo::view {
namespace {

std::string findings(const std::vector<std::string>& dates) {
  std::string out;
  for (const auto& date : dates)
    out += (out.empty() ? "" : ",") +
           (R"({"key":"o)" + std::to_string(out.size()) +
            R"(","code":{"text":"x"},"value":{"text":"y"},"at":{"date":")") +
           date + "\"}}";
  return Pictured::record("\"observations\":[" + out + "]");
}

FrameAxis calendar(const std::vector<std::string>& dates) {
  const Pictured pictured(findings(dates));
  return Axis(pictured.timeline(), pictured.course(), 0, 1000).frames().at(0);
}

TEST(Axis, ALongTimeWithoutAnythingIsCutOut) {
  const auto axis =
      calendar({"2005-01-01", "2018-03-01", "2018-03-10", "2018-04-02", "2018-05-01"});
  ASSERT_EQ(axis.cuts.size(), 1U);
  EXPECT_GT(axis.x(days_of("2018-05-01")->first) - axis.x(days_of("2018-03-01")->first), 500);
  EXPECT_TRUE(calendar({"2018-01-01", "2018-02-01", "2018-03-10", "2018-08-01"}).cuts.empty());
  EXPECT_TRUE(calendar({"2005-01-01", "2018-03-01"}).cuts.empty());
}

TEST(Axis, TimeNeverRunsBackwards) {
  const auto axis = calendar({"0001-01-01", "1990-01-01", "1990-01-02", "2018-03-01T10:00:00Z",
                              "2018-03-01T10:00:01Z", "9999-12-31"});
  double before = -1;
  for (double day = axis.knots.front().day; day <= axis.knots.back().day; day += 1000) {
    EXPECT_GE(axis.x(day), before);
    before = axis.x(day);
  }
  EXPECT_LE(before, axis.right);
}

TEST(Axis, LabelsAreDatesOfThePrecisionThatFits) {
  EXPECT_EQ(calendar({"2018-03-01", "2018-03-08", "2018-03-20"}).ticks.front().label.size(), 10U);
  EXPECT_EQ(calendar({"1990-03-01", "2000-03-08", "2018-03-20"}).ticks.front().label.size(), 4U);
  const auto axis = calendar({"2018-03-01"});
  ASSERT_EQ(axis.ticks.size(), 1U);
  EXPECT_EQ(axis.ticks[0].label, "2018-03-01");
}

}  // namespace
}  // namespace paraneo::view
