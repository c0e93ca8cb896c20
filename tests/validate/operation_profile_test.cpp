#include "validate/operation_profile.h"

#include <gtest/gtest.h>

#include "validate/problems.h"

namespace paraneo::validate {
namespace {

// Of a parameter "p" of an operation, and of the slice for it in the profile of what goes in.
Problems of(const std::string& parameter, const std::string& slice, const std::string& name = "p") {
  const auto profile = profile_of(
      "in", "Parameters",
      R"({"id":"Parameters.parameter","path":"Parameters.parameter","slicing":{"discriminator":[{"type":"value","path":"name"}],"rules":"open"}},
         {"id":"Parameters.parameter:p","path":"Parameters.parameter","sliceName":"p")" +
          slice.substr(0, slice.find('&')) +
          R"(},{"id":"Parameters.parameter:p.name","path":"Parameters.parameter.name","fixedString":")" +
          name + "\"}" +
          (slice.find('&') == std::string::npos ? "" : slice.substr(slice.find('&') + 1)));
  auto out = problems_beside(
      R"({"resourceType":"OperationDefinition","name":"O","status":"draft","kind":"operation","code":"o","system":true,"type":false,"instance":false,"inputProfile":"http://example.org/in","parameter":[{"name":"p","use":"in",)" +
          parameter + "}]}",
      {profile});
  std::erase_if(out, [](const auto& each) { return !each.starts_with("validate-profile"); });
  return out;
}
std::string valued(const std::string& element, const std::string& type) {
  return R"(&,{"id":"Parameters.parameter:p.)" + element + R"(","path":"Parameters.parameter.)" +
         element + R"(","type":[{"code":")" + type + R"("}]})";
}
const std::string kAt = "validate-profile OperationDefinition.parameter[0].";

TEST(OperationProfile, MayAskForMore) {
  EXPECT_EQ(of(R"("min":0,"max":"*","type":"string")", R"(,"min":1,"max":"2")"), Problems{});
  EXPECT_EQ(of(R"("min":1,"max":"1","type":"Resource")", valued("resource", "Patient")),
            Problems{});
  EXPECT_EQ(of(R"("min":1,"max":"1","type":"string")", valued("value[x]", "string")), Problems{});
}

TEST(OperationProfile, AllowsNoOtherNumber) {
  EXPECT_EQ(of(R"("min":1,"max":"1","type":"string")", R"(,"max":"2")"), Problems{kAt + "max"});
  EXPECT_EQ(of(R"("min":0,"max":"1","type":"string")", R"(,"min":2,"max":"2")"),
            Problems{kAt + "max"});
  EXPECT_EQ(of(R"("min":1,"max":"1","type":"string")", R"(,"max":"0")"), Problems{kAt + "min"});
}

TEST(OperationProfile, HasValuesOfTheType) {
  EXPECT_EQ(of(R"("min":1,"max":"1","type":"Patient")", valued("resource", "Group")),
            Problems{kAt + "type"});
  EXPECT_EQ(of(R"("min":1,"max":"1","type":"string")", valued("value[x]", "integer")),
            Problems{kAt + "type"});
}

TEST(OperationProfile, IsOfTheParameterThatItNames) {
  EXPECT_EQ(of(R"("min":1,"max":"1","type":"string")", R"(,"max":"2")", "q"), Problems{});
  EXPECT_EQ(
      problems(
          R"({"resourceType":"OperationDefinition","name":"O","status":"draft","kind":"operation","code":"o","system":true,"type":false,"instance":false,"inputProfile":"http://example.org/none"})"),
      Problems{});
}

}  // namespace
}  // namespace paraneo::validate
