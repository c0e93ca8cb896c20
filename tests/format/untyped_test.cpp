#include "format/untyped.h"

#include <gtest/gtest.h>

#include "json/read.h"

namespace paraneo::format {
namespace {

class Untyped : public testing::Test {
 protected:
  const json::Value& value_of(std::string text) {
    source_.text = std::move(text);
    const auto* value = json::read(source_, arena_, {}, sink_);
    EXPECT_NE(value, nullptr);
    return *value;
  }
  std::string again(std::string text) {
    const auto& value = value_of(std::move(text));
    model_.learn(value);
    const auto* element = model_.read(value, source_, arena_, sink_);
    if (element == nullptr) return "";
    std::string out;
    json::Writer writer(out);
    model_.write(*element, writer);
    return out;
  }
  Source source_{"in.json", {}};
  Arena arena_;
  diag::Sink sink_;
  UntypedModel model_;
};

TEST_F(Untyped, GivesBackWhatItRead) {
  for (const std::string text :
       {R"({"b":1,"a":"x","c":true,"d":1.50,"e":{"f":[1,2.0,"z",{"g":false},{"g":1}]}})",
        R"({"a":7,"b":{"a":1},"c":[{"b":2},3]})", R"({"e":{"f":[3]}})",
        R"({"_a":1,"resourceType":"x","value":{"extension":"\"\\"}})", "{}"})
    EXPECT_EQ(again(text), text);
  EXPECT_EQ(again(R"([{"a":1},{"a":[2]}])"), "");
  EXPECT_EQ(again(R"({"f":[{"g":1},{"g":[2]}]})"), R"({"f":[{"g":[1]},{"g":[2]}]})");
  EXPECT_EQ(again(R"({"b":1,"a":null,"c":[[1,[2]],[]]})"), R"({"b":1,"c":[1,2]})");
  EXPECT_TRUE(sink_.all().empty());
}

TEST_F(Untyped, KnowsAShapeAgain) {
  EXPECT_TRUE(model_.learn(value_of(R"({"a":1})")));
  EXPECT_FALSE(model_.learn(value_of(R"({"a":2})")));
  EXPECT_TRUE(model_.learn(value_of(R"({"a":"x"})")));
  EXPECT_TRUE(model_.learn(value_of(R"({"a":["x"]})")));
  EXPECT_TRUE(model_.learn(value_of(R"({"a":{"b":1}})")));
  EXPECT_FALSE(model_.learn(value_of(R"({"a":{"b":2}})")));
  EXPECT_TRUE(model_.learn(value_of(R"({})")));
}

TEST_F(Untyped, ReportsNamesThatNoPathCanSay) {
  EXPECT_EQ(again(R"({"a.b":1,"c[x]":2,"":3,"d":4})"), R"({"d":4})");
  EXPECT_EQ(sink_.errors(), 3U);
  EXPECT_EQ(again("[1]"), "");
}

}  // namespace
}  // namespace paraneo::format
