// Maps as data.
#include <gtest/gtest.h>

#include "problems.h"

namespace paraneo::validate {
namespace {

Problems of(const std::string& rules) {
  return problems(R"({"resourceType":"StructureMap","url":"http://example.org/m","name":"M","status":"draft","group":[{"name":"g","typeMode":"none","input":[{"name":"src","mode":"source"},{"name":"tgt","mode":"target"}],"rule":[)" +
                  rules + "]}]}");
}

TEST(StructureMap, HasRulesWithAContextThatIsThere) {
  EXPECT_EQ(of(R"({"name":"r","source":[{"context":"src","element":"a","variable":"a"}],"target":[{"context":"tgt","contextType":"variable","element":"b","variable":"b","transform":"create"}],)"
               R"("rule":[{"name":"s","source":[{"context":"a"}],"target":[{"context":"b","contextType":"variable","element":"c"}]}]})"),
            Problems());
  EXPECT_EQ(of(R"({"name":"r","source":[{"context":"Patient"}],"target":[{"context":"Observation","contextType":"type"}]})"), Problems());
  EXPECT_EQ(of(R"({"name":"r","source":[{"context":"Source"}],"target":[{"context":"Patient","contextType":"variable"}]})"),
            (Problems{"validate-datatype StructureMap.group[0].rule[0].source[0].context", "validate-datatype StructureMap.group[0].rule[0].target[0].context"}));
}

// A variable ends with its rule.
TEST(StructureMap, HasVariablesOfTheRulesAroundOnly) {
  const std::string inner = R"({"name":"r","source":[{"context":"src","variable":"a"}],"rule":[{"name":"s","source":[{"context":"a","variable":"b"}]}]},)";
  EXPECT_EQ(of(inner + R"({"name":"t","source":[{"context":"src"}]})"), Problems());
  EXPECT_EQ(of(inner + R"({"name":"t","source":[{"context":"a"}]})"), (Problems{"validate-datatype StructureMap.group[0].rule[1].source[0].context"}));
  EXPECT_EQ(of(inner + R"({"name":"t","source":[{"context":"src"}],"target":[{"context":"b","contextType":"variable"}]})"),
            (Problems{"validate-datatype StructureMap.group[0].rule[1].target[0].context"}));
}

}  // namespace
}  // namespace paraneo::validate
