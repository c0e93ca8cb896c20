// A report against the Measure that comes along in its Bundle.
#include <gtest/gtest.h>

#include "problems.h"

namespace paraneo::validate {
namespace {

std::string code(const std::string& code, const std::string& system = "http://s.org") {
  return R"("code":{"coding":[{"system":")" + system + R"(","code":")" + code + R"("}]})";
}

// What is said of a report's group where the Measure has this one.
Problems of(const std::string& defined, const std::string& reported,
            const std::string& measure = "http://m.org/Measure/m") {
  auto found = problems(
      R"({"resourceType":"Bundle","type":"collection","entry":[
      {"fullUrl":"urn:uuid:00000000-0000-4000-8000-000000000001","resource":{"resourceType":"Measure","url":"http://m.org/Measure/m","version":"1","status":"active","group":[)" +
      defined +
      R"(]}},{"fullUrl":"urn:uuid:00000000-0000-4000-8000-000000000002","resource":{"resourceType":"MeasureReport","status":"complete","type":"summary","measure":")" +
      measure + R"(","period":{"start":"2020"},"group":[)" + reported + "]}}]}");
  std::erase_if(found, [](const auto& each) {
    // Their own value sets are extensible ones.
    return !each.starts_with("validate-binding") || each.ends_with(".code");
  });
  for (auto& each : found)
    each.erase(0, std::string("validate-binding Bundle.entry[1].resource.").size());
  return found;
}

const Problems kNone;

std::string population(const std::string& name) { return R"("population":[{)" + code(name) + "}]"; }
std::string defined_population(const std::string& name) {
  return R"("population":[{)" + code(name) +
         R"(,"criteria":{"language":"text/cql","expression":"x"}}])";
}

TEST(MeasureReport, SaysOfGroupsAndPopulationsWhatTheMeasureCallsThem) {
  const auto a = "{" + code("a") + "," + defined_population("p") + "}";
  const auto both = a + ",{" + code("b") + "," + defined_population("q") + "}";
  EXPECT_EQ(of(both, "{" + code("a") + "," + population("p") + "}"), kNone);
  EXPECT_EQ(of(both, "{" + code("c") + "}"), (Problems{"group[0]"}));
  EXPECT_EQ(of(both, "{" + code("a", "http://other.org") + "}"), (Problems{"group[0]"}));
  EXPECT_EQ(of(both, "{" + code("a") + "," + population("q") + "}"),
            (Problems{"group[0].population[0]"}));
  EXPECT_EQ(of(both, "{" + population("q") + "}"), kNone) << "of which group is not said";
  EXPECT_EQ(of("{" + defined_population("p") + "}", "{" + code("c") + "," + population("p") + "}"),
            kNone)
      << "the measure's group has no code";
}

TEST(MeasureReport, SaysOfStratifiersAndTheirComponents) {
  const std::string criteria = R"(,"criteria":{"language":"text/cql","expression":"x"})";
  const auto defined = R"({"stratifier":[{"component":[{)" + code("age") + criteria + "},{" +
                       code("sex") + criteria + "}]}]}";
  const auto reported = [](const std::string& components) {
    return R"({"stratifier":[{"stratum":[{"component":[)" + components + "]}]}]}";
  };
  const std::string value = R"(,"value":{"text":"x"})";
  EXPECT_EQ(of(defined, reported("{" + code("age") + value + "},{" + code("sex") + value + "}")),
            kNone);
  EXPECT_EQ(of(defined, reported("{" + code("age", "http://other.org") + value + "}")),
            (Problems{"group[0].stratifier[0]"}));
  const auto by_code = R"({"stratifier":[{)" + code("age") + criteria + "}]}";
  EXPECT_EQ(of(by_code, R"({"stratifier":[{"code":[{"text":"x"}]}]})"),
            (Problems{"group[0].stratifier[0]"}));
  EXPECT_EQ(of(by_code, R"({"stratifier":[{}]})"), kNone);
}

TEST(MeasureReport, IsNotJudgedByAnotherMeasure) {
  const auto group = "{" + code("a") + "}", other = "{" + code("b") + "}";
  EXPECT_EQ(of(group, other, "http://m.org/Measure/m|1"), (Problems{"group[0]"}));
  EXPECT_EQ(of(group, other, "http://m.org/Measure/m|2"), kNone);
  EXPECT_EQ(of(group, other, "http://m.org/Measure/n"), kNone);
}

}  // namespace
}  // namespace paraneo::validate
