#include "validate/validate.h"

#include <gtest/gtest.h>

#include "validate/problems.h"

namespace paraneo::validate {
namespace {

// By the type's own definition alone, as a case record is checked.
Problems problems(std::string text) { return problems_of(std::move(text), nullptr); }

TEST(Validate, AcceptsWhatIsRight) {
  EXPECT_EQ(problems(R"({"resourceType":"Patient","gender":"male","birthDate":"2003-10"})"),
            Problems{});
  EXPECT_EQ(
      problems(
          R"({"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1.0}})"),
      Problems{});
}

// What needs a whole resource's page is not asked of what was made here.
TEST(Validate, LeavesTheOtherFamiliesOut) {
  EXPECT_EQ(
      problems(
          R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","id":"1"}}]})"),
      Problems{});
}

// %rootResource of a resource in a Bundle is that resource: its contained ones are found.
TEST(Validate, TakesEachResourceOfABundleAsARoot) {
  EXPECT_EQ(
      problems(
          R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Condition",)"
          R"("contained":[{"resourceType":"Patient","id":"p"}],"subject":{"reference":"#p"}}}]})"),
      Problems{});
}

TEST(Validate, CountsElements) {
  EXPECT_EQ(problems(R"({"resourceType":"Observation","code":{"text":"x"}})"),
            Problems{"validate-cardinality /"});
  EXPECT_EQ(problems(R"({"resourceType":"Patient","link":[{"type":"seealso"}]})"),
            Problems{"validate-cardinality /link/0"});
}

TEST(Validate, ReadsPrimitives) {
  EXPECT_EQ(problems(R"({"resourceType":"Patient","birthDate":"10/2003"})"),
            Problems{"validate-primitive /birthDate"});
  EXPECT_EQ(problems(R"({"resourceType":"Patient","name":[{"period":{"start":"2003-02-30"}}]})"),
            Problems{"validate-primitive /name/0/period/start"});
}

TEST(Validate, HoldsCodesToRequiredBindings) {
  EXPECT_EQ(problems(R"({"resourceType":"Patient","gender":"m"})"),
            Problems{"validate-binding /gender"});
}

TEST(Validate, ChecksInvariantsOfTypesAndElements) {
  EXPECT_EQ(
      problems(
          R"({"resourceType":"Observation","status":"final","code":{"text":"x"},"valueInteger":1,"dataAbsentReason":{"text":"x"}})"),
      Problems{"validate-invariant /"});
  EXPECT_EQ(
      problems(
          R"({"resourceType":"Observation","status":"final","code":{"text":"x"},"referenceRange":[{"low":{"value":1,"comparator":"<"},"appliesTo":[{"text":"x"}]}]})")
          .size(),
      0U);
  EXPECT_EQ(problems(R"({"resourceType":"Patient","contact":[{"gender":"male"}]})"),
            Problems{"validate-invariant /contact/0"});
}

TEST(Validate, TakesARuleAboutANameForOneAboutAllOfIt) {
  const auto of = [](const std::string& name) {
    return problems(R"({"resourceType":"ValueSet","status":"draft")" + name + "}");
  };
  EXPECT_EQ(of(""), Problems{});
  EXPECT_EQ(of(R"(,"name":"Units_2")"), Problems{});
  EXPECT_EQ(of(R"(,"name":"My Units")"), Problems{"validate-invariant /"});
}

// Rules of R4 say nothing of elements that are not there, nor of times that cannot be compared.
TEST(Validate, TakesWhatIsNeitherTrueNorFalseForNoBreach) {
  const auto period = [](const std::string& start, const std::string& end) {
    return problems(R"({"resourceType":"Patient","name":[{"period":{"start":")" + start +
                    R"(","end":")" + end + "\"}}]}");
  };
  EXPECT_EQ(period("2023-06-21", "2023-06-21T06:20:00Z"), Problems{});
  EXPECT_EQ(period("2023-06-22", "2023-06-21T06:20:00Z"),
            Problems{"validate-invariant /name/0/period"});
}

}  // namespace
}  // namespace paraneo::validate
