#include "terminology/concept_map.h"

#include <gtest/gtest.h>

#include "json/read.h"

namespace paraneo::terminology {
namespace {

struct Loaded {
  explicit Loaded(std::string text) : source{"map.json", std::move(text)} {
    map = ConceptMap::load(*json::read(source, arena, {}, sink), source, maps, sink);
  }
  std::vector<std::string> translate(std::string_view system, std::string_view code) const {
    std::vector<const Code*> found;
    map->translate(system, code, found);
    return texts(found);
  }
  std::vector<std::string> reverse(std::string_view system, std::string_view code) const {
    std::vector<const Code*> found;
    map->reverse(system, code, found);
    return texts(found);
  }
  static std::vector<std::string> texts(const std::vector<const Code*>& codes) {
    std::vector<std::string> out;
    for (const auto* c : codes) out.push_back(std::string(c->system) + "|" + std::string(c->code));
    return out;
  }
  Source source;
  Arena arena;
  diag::Sink sink;
  std::deque<ConceptMap> maps;
  const ConceptMap* map = nullptr;
};

constexpr const char* kMap = R"({"resourceType":"ConceptMap","url":"http://x/m","group":[
 {"source":"local","target":"sct","element":[
   {"code":"a","target":[{"code":"1","display":"One","equivalence":"equivalent"}]},
   {"code":"b","target":[{"code":"2","equivalence":"wider"},{"code":"3","equivalence":"equal"}]}]},
 {"source":"local","target":"icd","element":[{"code":"a","target":[{"code":"I1","equivalence":"equivalent"}]}]}]})";

using Codes = std::vector<std::string>;

TEST(ConceptMap, TranslatesToEverySystemInOrder) {
  const Loaded loaded(kMap);
  ASSERT_NE(loaded.map, nullptr);
  EXPECT_EQ(loaded.translate("local", "a"), (Codes{"sct|1", "icd|I1"}));
  EXPECT_EQ(loaded.translate("", "a"), (Codes{"sct|1", "icd|I1"}));
  EXPECT_EQ(loaded.translate("other", "a"), Codes{});
}

TEST(ConceptMap, KnowsACodeWithOneTranslation) {
  const Loaded loaded(kMap);
  ASSERT_NE(loaded.map->only_translation("b"), nullptr);
  EXPECT_EQ(loaded.map->only_translation("b")->code, "3");
  EXPECT_EQ(loaded.map->only_translation("a"), nullptr) << "it has two";
  EXPECT_EQ(loaded.map->only_translation("c"), nullptr);
}

TEST(ConceptMap, FollowsOnlyRowsThatMeanTheSame) {
  const Loaded loaded(kMap);
  EXPECT_EQ(loaded.translate("local", "b"), Codes{"sct|3"});
  EXPECT_EQ(loaded.reverse("sct", "2"), Codes{});
}

TEST(ConceptMap, TranslatesBack) {
  const Loaded loaded(kMap);
  EXPECT_EQ(loaded.reverse("icd", "I1"), Codes{"local|a"});
  EXPECT_EQ(loaded.reverse("sct", "I1"), Codes{});
}

TEST(ConceptMap, HasNoAnswerForOneCodeMappedTwice) {
  const Loaded loaded(
      R"({"resourceType":"ConceptMap","url":"http://x/m","group":[{"source":"l","target":"t",
    "element":[{"code":"a","target":[{"code":"1","equivalence":"equal"}]},
               {"code":"a","target":[{"code":"2","equivalence":"equal"}]},
               {"code":"b","target":[{"code":"3","equivalence":"equal"},{"code":"3","equivalence":"equivalent"}]}]}]})");
  ASSERT_NE(loaded.map, nullptr);
  EXPECT_EQ(loaded.translate("l", "a"), Codes{});
  EXPECT_TRUE(loaded.map->mentions("l", "a"));
  EXPECT_EQ(loaded.translate("l", "b"), Codes{"t|3"}) << "the same answer twice is one";
  ASSERT_EQ(loaded.map->ambiguities().size(), 1);
  EXPECT_EQ(loaded.map->ambiguities()[0].code, "a");
}

TEST(ConceptMap, SaysWhatBecomesOfACodeThatNoRowHas) {
  const Loaded loaded(R"({"resourceType":"ConceptMap","url":"http://x/m","group":[
    {"source":"l","target":"t","element":[{"code":"a","target":[{"code":"1","equivalence":"equal"}]}],"unmapped":{"mode":"fixed","code":"9","display":"Other"}},
    {"source":"k","element":[{"code":"a"}],"unmapped":{"mode":"provided"}},
    {"source":"o","element":[{"code":"a"}],"unmapped":{"mode":"other-map","otherMap":"http://x/n"}},
    {"source":"n","element":[{"code":"a"}]}]})");
  using Mode = ConceptMap::Unmapped::Mode;
  ASSERT_NE(loaded.map->unmapped("l"), nullptr);
  EXPECT_EQ(loaded.map->unmapped("l")->mode, Mode::fixed);
  EXPECT_EQ(loaded.map->unmapped("l")->fixed.system, "t");
  EXPECT_EQ(loaded.map->unmapped("l")->fixed.code, "9");
  EXPECT_EQ(loaded.map->unmapped("k")->mode, Mode::provided);
  EXPECT_EQ(loaded.map->unmapped("o")->url, "http://x/n");
  EXPECT_EQ(loaded.map->unmapped("n"), nullptr);
}

TEST(ConceptMap, KeepsWhatIsUcumAsItIsWritten) {
  const Loaded loaded(
      R"({"resourceType":"ConceptMap","url":"http://x/m","group":[{"source":"l","target":"http://unitsofmeasure.org",
    "element":[{"code":"UI","target":[{"code":"[IU]","equivalence":"equal"}]},{"code":"u/L","target":[{"equivalence":"unmatched"}]}],
    "unmapped":{"mode":"provided"}}]})");
  ASSERT_NE(loaded.map, nullptr);
  EXPECT_TRUE(loaded.map->keeps("l", "ng/mL"));
  EXPECT_FALSE(loaded.map->keeps("l", "furlong"));
  EXPECT_FALSE(loaded.map->keeps("l", "u/L"));
  EXPECT_FALSE(loaded.map->keeps("other", "ng/mL"));
}

TEST(ConceptMap, RefusesWhatIsNoConceptMap) {
  const Loaded loaded(R"({"resourceType":"ValueSet","url":"http://x/m"})");
  EXPECT_EQ(loaded.map, nullptr);
  EXPECT_EQ(loaded.sink.all().at(0).code, diag::Code::concept_map_form);
}

TEST(ConceptMaps, FindsByUrlWithOrWithoutVersion) {
  const Loaded loaded(kMap);
  ConceptMaps maps;
  maps.add(*loaded.map);
  EXPECT_EQ(maps.find("http://x/m|1.0"), loaded.map);
  EXPECT_EQ(maps.find("http://x/n"), nullptr);
}

std::string addition(const std::string& code, const std::string& to) {
  return R"({"resourceType":"ConceptMap","url":"http://r/m","extension":[{"url":"https://paraneo.github.io/fhir/StructureDefinition/adds-to","valueCanonical":"http://x/m"}],
    "group":[{"source":"local","target":"sct","element":[{"code":")" +
         code + R"(","target":[{"code":")" + to + R"(","equivalence":"equivalent"}]}]},
    {"source":"hospital","target":"sct","element":[{"code":"h","target":[{"code":"1","equivalence":"equivalent"}]}]}]})";
}

TEST(ConceptMap, WhatIsAddedTakesThePlaceOfItsOwnCodeAndOfNothingElse) {
  Loaded base(kMap);
  const Loaded added(addition("a", "9"));
  EXPECT_EQ(added.map->adds_to(), "http://x/m");
  base.maps[0].add(*added.map);
  EXPECT_EQ(base.translate("local", "a"), (std::vector<std::string>{"icd|I1", "sct|9"}));
  EXPECT_EQ(base.translate("hospital", "h"), std::vector<std::string>{"sct|1"});
  EXPECT_EQ(base.translate("local", "b"), std::vector<std::string>{"sct|3"});
  // Backwards, all is as it was, but for the code whose meaning was replaced.
  EXPECT_EQ(base.reverse("sct", "3"), std::vector<std::string>{"local|b"});
  EXPECT_TRUE(base.reverse("sct", "9").empty());
  EXPECT_FALSE(base.map->has_source("hospital"));
}

TEST(ConceptMap, OfTwoAdditionsThatDifferNeitherCountsWhateverTheirOrder) {
  for (const bool is_turned : {false, true}) {
    Loaded base(kMap);
    const Loaded one(addition("n", "7")), other(addition("n", "8"));
    base.maps[0].add(is_turned ? *other.map : *one.map);
    base.maps[0].add(is_turned ? *one.map : *other.map);
    EXPECT_TRUE(base.translate("local", "n").empty());
    EXPECT_EQ(base.translate("hospital", "h"), std::vector<std::string>{"sct|1"});
    ASSERT_EQ(base.map->ambiguities().size(), 1U);
    EXPECT_EQ(base.map->ambiguities()[0].code, "n");
  }
}

}  // namespace
}  // namespace paraneo::terminology
