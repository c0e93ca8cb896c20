#include "definition/profiles.h"

#include <gtest/gtest.h>

#include "json/read.h"

namespace paraneo::definition {
namespace {

Profiles profiles_of(const std::vector<std::string>& texts) {
  Profiles out;
  for (const auto& text : texts) {
    Arena arena;
    diag::Sink sink;
    out.add(*json::read(Source{"profile", text}, arena, Limits{}, sink));
  }
  return out;
}

std::string profile(const std::string& url, const std::string& base, const std::string& elements,
                    const std::string& member = "differential") {
  return R"({"resourceType":"StructureDefinition","url":")" + url +
         R"(","derivation":"constraint","type":"Patient","baseDefinition":")" + base + R"(",")" +
         member + R"(":{"element":[)" + elements + "]}}";
}

constexpr const char* kPatient = "http://hl7.org/fhir/StructureDefinition/Patient";

TEST(Profiles, LeavesOutWhatIsForReadersButNotInValues) {
  const auto profiles = profiles_of(
      {profile("u", kPatient, R"({"path":"Patient","short":"x","patternX":{"text":"kept"}})")});
  EXPECT_EQ(profiles.find("u|1.0").find("short"), std::string_view::npos);
  EXPECT_NE(profiles.find("u").find("kept"), std::string_view::npos);
  EXPECT_EQ(profiles.find("v"), "");
}

TEST(Profiles, ComesBackFromItsFlatForm) {
  const auto profiles = profiles_of({profile("u", kPatient, ""), profile("v", "u", "")});
  const auto text = profiles.serialize();
  const auto again = Profiles::deserialize(text);
  EXPECT_EQ(again.size(), 2U);
  EXPECT_EQ(again.find("v"), profiles.find("v"));
}

TEST(Profiles, MakesOneTreeOfBaseAndDifferential) {
  const auto& definitions = Definitions::builtin();
  const auto profiles = profiles_of(
      {profile(
           "base", kPatient,
           R"({"id":"Patient.name","path":"Patient.name","min":1},{"id":"Patient.name:a","path":"Patient.name","sliceName":"a"})"),
       profile(
           "derived", "base",
           R"({"id":"Patient.name:a.family","path":"Patient.name.family","min":1},{"id":"Patient.name","path":"Patient.name","max":"3"})")});
  BuiltProfiles built(definitions, profiles, Limits{});
  const auto* derived = built.find("derived");
  ASSERT_NE(derived, nullptr);
  const auto* name = derived->root.child(definitions.find_symbol("name"));
  ASSERT_NE(name, nullptr);
  EXPECT_EQ(name->min, 1U);
  EXPECT_EQ(name->max, 3U);
  ASSERT_EQ(name->slices.size(), 1U);
  EXPECT_EQ(name->slices[0]->child(definitions.find_symbol("family"))->min, 1U);
  EXPECT_EQ(name->slices[0]->profile, derived);
  // The base's own tree stays as it was.
  EXPECT_EQ(built.find("base")->root.child(definitions.find_symbol("name"))->max, kUnbounded);
}

TEST(Profiles, ReadsElementsWithoutIds) {
  const auto& definitions = Definitions::builtin();
  const auto profiles = profiles_of({profile(
      "u", kPatient,
      R"({"path":"Patient"},{"path":"Patient.name","sliceName":"a"},{"path":"Patient.name.family","min":1},{"path":"Patient.name.given","min":1})")});
  BuiltProfiles built(definitions, profiles, Limits{});
  const auto* name = built.find("u")->root.child(definitions.find_symbol("name"));
  ASSERT_EQ(name->slices.size(), 1U);
  EXPECT_TRUE(name->children.empty());
  EXPECT_EQ(name->slices[0]->children.size(), 2U);
}

TEST(Profiles, RefusesWhatCannotStand) {
  const auto& definitions = Definitions::builtin();
  const auto profiles = profiles_of(
      {profile("a", "b", ""), profile("b", "a", ""), profile("c", "none", ""),
       profile("d", "observation", ""),
       R"({"resourceType":"StructureDefinition","url":"observation","derivation":"constraint","type":"Observation","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Observation"})"});
  BuiltProfiles built(definitions, profiles, Limits{});
  for (const auto* url : {"a", "b", "c", "d"}) {
    EXPECT_EQ(built.find(url), nullptr) << url;
    EXPECT_NE(built.why(url), "") << url;
  }
  EXPECT_NE(built.find("observation"), nullptr);
}

TEST(Profiles, StandOnEachOtherOnlySoFar) {
  std::vector<std::string> chain{profile("p0", kPatient, "")};
  for (int i = 1; i < 200; ++i)
    chain.push_back(profile("p" + std::to_string(i), "p" + std::to_string(i - 1), ""));
  const auto profiles = profiles_of(chain);
  BuiltProfiles built(Definitions::builtin(), profiles, Limits{});
  EXPECT_EQ(built.find("p199"), nullptr);
  EXPECT_NE(built.why("p199").find("more than"), std::string::npos);
  // What is asked for later does not depend on that.
  EXPECT_EQ(built.find("p60"), nullptr);
  EXPECT_NE(built.find("p30"), nullptr);
  EXPECT_NE(built.find("p40"), nullptr);
}

TEST(Profiles, AreAllUsableThatAreBuiltIn) {
  const auto& profiles = Profiles::builtin();
  ASSERT_GT(profiles.size(), 400U);
  BuiltProfiles built(Definitions::builtin(), profiles, Limits{});
  const auto text = profiles.serialize();
  std::size_t unusable = 0;
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
    const auto url = text.substr(at, text.find('\t', at) - at);
    if (built.find(url) == nullptr) ++unusable, ADD_FAILURE() << url << ": " << built.why(url);
  }
  EXPECT_EQ(unusable, 0U);
}

}  // namespace
}  // namespace paraneo::definition
