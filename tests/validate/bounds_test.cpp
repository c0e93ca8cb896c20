#include "validate/bounds.h"

#include <gtest/gtest.h>

#include "validate/problems.h"

namespace paraneo::validate {
namespace {

std::string observation(const std::string& value) {
  return R"({"resourceType":"Observation","status":"final","code":{"text":"x"},)" + value + "}";
}
std::string quantity(const std::string& value, const std::string& unit) {
  return observation(R"("valueQuantity":{"value":)" + value +
                     R"(,"system":"http://unitsofmeasure.org","code":")" + unit + "\"}");
}
std::vector<std::string> value(const std::string& rules) {
  return {
      profile_of("p", "Observation",
                 R"({"id":"Observation.value[x]","path":"Observation.value[x]",)" + rules + "}")};
}
const Problems kOutside{"validate-primitive Observation.value"};

TEST(Bounds, HoldNumbersAndDates) {
  const auto numbers = value(R"("minValueInteger":3,"maxValueInteger":7)");
  EXPECT_EQ(problems(observation(R"("valueInteger":3)"), numbers), Problems{});
  EXPECT_EQ(problems(observation(R"("valueInteger":2)"), numbers), kOutside);
  EXPECT_EQ(problems(observation(R"("valueInteger":8)"), numbers), kOutside);
  // Bounds are for values of their type.
  EXPECT_EQ(problems(observation(R"("valueString":"9")"), numbers), Problems{});

  const auto dates = value(R"("minValueDateTime":"1950-01-01")");
  EXPECT_EQ(problems(observation(R"("valueDateTime":"1949")"), dates), kOutside);
  EXPECT_EQ(problems(observation(R"("valueDateTime":"1951-01")"), dates), Problems{});
  // Of 1950 it may be any day.
  EXPECT_EQ(problems(observation(R"("valueDateTime":"1950")"), dates), Problems{});
}

TEST(Bounds, HoldQuantitiesOfOtherUnits) {
  const auto most =
      value(R"("maxValueQuantity":{"value":10,"system":"http://unitsofmeasure.org","code":"mg"})");
  EXPECT_EQ(problems(quantity("10.0", "mg"), most), Problems{});
  EXPECT_EQ(problems(quantity("11", "mg"), most), kOutside);
  EXPECT_EQ(problems(quantity("9000", "ug"), most), Problems{});
  EXPECT_EQ(problems(quantity("1", "g"), most), kOutside);
  EXPECT_EQ(problems(quantity("11", "mm"), most), Problems{});
}

TEST(Bounds, HoldLengthsInCharacters) {
  const auto most = value(R"("maxLength":4)");
  EXPECT_EQ(problems(observation("\"valueString\":\"\u00e4\u00f6\u00fc\u00df\""), most),
            Problems{});
  EXPECT_EQ(problems(observation(R"("valueString":"abcde")"), most), kOutside);
}

}  // namespace
}  // namespace paraneo::validate
