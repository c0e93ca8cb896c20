#include "terminology/value_set.h"

#include <gtest/gtest.h>

#include "json/read.h"

namespace paraneo::terminology {
namespace {

ValueSets loaded(std::initializer_list<const char*> texts) {
  ValueSets sets;
  for (const auto* text : texts) {
    const Source source{"x", text};
    Arena arena;
    diag::Sink sink;
    sets.add(*json::read(source, arena, {}, sink));
  }
  sets.finish();
  return sets;
}

constexpr const char* kSystem = R"({"resourceType":"CodeSystem","url":"http://s","content":"complete","concept":[{"code":"a","concept":[{"code":"b"}]}]})";

TEST(ValueSets, ListsWholeSystemsAndSingleCodes) {
  const auto sets = loaded({R"({"resourceType":"ValueSet","url":"http://v","compose":{"include":[{"system":"http://s"},{"system":"http://t","concept":[{"code":"x"}]}]}})", kSystem});
  EXPECT_EQ(sets.contains("http://v", "", "b"), true);
  EXPECT_EQ(sets.contains("http://v|4.0.1", "http://t", "x"), true);
  EXPECT_EQ(sets.contains("http://v", "http://s", "x"), false);
  EXPECT_EQ(sets.contains("http://none", "", "b"), std::nullopt);
}

TEST(ValueSets, DoesNotPretendToKnowFilters) {
  const auto sets = loaded({R"({"resourceType":"ValueSet","url":"http://v","compose":{"include":[{"system":"http://s","filter":[{"property":"concept"}]}]}})", kSystem});
  EXPECT_EQ(sets.contains("http://v", "", "a"), std::nullopt);
}

TEST(ValueSets, SurviveTheFlatForm) {
  const auto sets = loaded({R"({"resourceType":"ValueSet","url":"http://v","compose":{"include":[{"system":"http://s"}]}})", kSystem});
  const auto flat = sets.serialize({"http://v"});
  const auto copy = ValueSets::deserialize(flat);
  EXPECT_EQ(copy.contains("http://v", "http://s", "a"), true);
  EXPECT_EQ(copy.some_codes("http://v", 1), std::vector<std::string_view>{"a"});
}

TEST(ValueSets, KnowsTheRequiredOnesOfR4) {
  EXPECT_EQ(ValueSets::builtin().contains("http://hl7.org/fhir/ValueSet/observation-status", "", "final"), true);
  EXPECT_EQ(ValueSets::builtin().contains("http://hl7.org/fhir/ValueSet/observation-status", "", "finel"), false);
}

}  // namespace
}  // namespace paraneo::terminology
