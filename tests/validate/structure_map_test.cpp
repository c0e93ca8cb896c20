// Maps as data.
#include <gtest/gtest.h>

#include "problems.h"

namespace paraneo::validate {
namespace {

Problems of(const std::string& rules) {
  return problems(
      R"({"resourceType":"StructureMap","url":"http://example.org/m","name":"M","status":"draft","group":[{"name":"g","typeMode":"none","input":[{"name":"src","mode":"source"},{"name":"tgt","mode":"target"}],"rule":[)" +
      rules + "]}]}");
}

TEST(StructureMap, HasRulesWithAContextThatIsThere) {
  EXPECT_EQ(
      of(R"({"name":"r","source":[{"context":"src","element":"a","variable":"a"}],"target":[{"context":"tgt","contextType":"variable","element":"b","variable":"b","transform":"create"}],)"
         R"("rule":[{"name":"s","source":[{"context":"a"}],"target":[{"context":"b","contextType":"variable","element":"c"}]}]})"),
      Problems());
  EXPECT_EQ(
      of(R"({"name":"r","source":[{"context":"Patient"}],"target":[{"context":"Observation","contextType":"type"}]})"),
      Problems());
  EXPECT_EQ(
      of(R"({"name":"r","source":[{"context":"Source"}],"target":[{"context":"Patient","contextType":"variable"}]})"),
      (Problems{"validate-datatype StructureMap.group[0].rule[0].source[0].context",
                "validate-datatype StructureMap.group[0].rule[0].target[0].context"}));
}

// A variable ends with its rule.
TEST(StructureMap, HasVariablesOfTheRulesAroundOnly) {
  const std::string inner =
      R"({"name":"r","source":[{"context":"src","variable":"a"}],"rule":[{"name":"s","source":[{"context":"a","variable":"b"}]}]},)";
  EXPECT_EQ(of(inner + R"({"name":"t","source":[{"context":"src"}]})"), Problems());
  EXPECT_EQ(of(inner + R"({"name":"t","source":[{"context":"a"}]})"),
            (Problems{"validate-datatype StructureMap.group[0].rule[1].source[0].context"}));
  EXPECT_EQ(
      of(inner +
         R"({"name":"t","source":[{"context":"src"}],"target":[{"context":"b","contextType":"variable"}]})"),
      (Problems{"validate-datatype StructureMap.group[0].rule[1].target[0].context"}));
}

// An input has the elements of its type; what other variables are is not known.
TEST(StructureMap, TakesElementsThatAreThere) {
  const auto of_types = [](const std::string& element, const std::string& rest) {
    return problems(
        R"({"resourceType":"StructureMap","url":"http://example.org/m","name":"M","status":"draft","structure":[{"url":"http://hl7.org/fhir/StructureDefinition/Observation","mode":"source","alias":"Obs"},)"
        R"({"url":"http://example.org/StructureDefinition/Mine","mode":"target","alias":"Patient"}],"group":[{"name":"h","typeMode":"none","input":[{"name":"s","type":"string","mode":"source"}],"rule":[{"name":"r","source":[{"context":"s","element":"value"}]}]},{"name":"g","typeMode":"none","input":[{"name":"src","type":"Obs","mode":"source"},{"name":"tgt","type":"Patient","mode":"target"}],)"
        R"("rule":[{"name":"r","source":[{"context":"src","element":")" +
        element + R"(","variable":"v"}])" + rest + "}]}]}");
  };
  EXPECT_EQ(of_types("value", ""), Problems());
  EXPECT_EQ(of_types("meta", ""), Problems());
  EXPECT_EQ(of_types("valueQuantity", ""),
            (Problems{"validate-datatype StructureMap.group[1].rule[0].source[0].element"}));
  EXPECT_EQ(
      of_types(
          "value",
          R"(,"target":[{"context":"tgt","contextType":"variable","element":"anything"},{"context":"v","contextType":"variable","element":"more"}])"),
      Problems());
}

}  // namespace
}  // namespace paraneo::validate
