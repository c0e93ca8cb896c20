#include "terminology/value_set.h"

#include <gtest/gtest.h>

#include "json/read.h"
#include "terminology/codes.h"

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

constexpr const char* kSystem =
    R"({"resourceType":"CodeSystem","url":"http://s","content":"complete","concept":[{"code":"a","concept":[{"code":"b"}]}]})";

TEST(ValueSets, ListsWholeSystemsAndSingleCodes) {
  const auto sets = loaded(
      {R"({"resourceType":"ValueSet","url":"http://v","compose":{"include":[{"system":"http://s"},{"system":"http://t","concept":[{"code":"x"}]}]}})",
       kSystem});
  EXPECT_EQ(sets.contains("http://v", "", "b"), true);
  EXPECT_EQ(sets.contains("http://v|4.0.1", "http://t", "x"), true);
  EXPECT_EQ(sets.contains("http://v", "http://s", "x"), false);
  EXPECT_EQ(sets.contains("http://none", "", "b"), std::nullopt);
}

TEST(ValueSets, DoesNotPretendToKnowFilters) {
  const auto sets = loaded(
      {R"({"resourceType":"ValueSet","url":"http://v","compose":{"include":[{"system":"http://s","filter":[{"property":"concept"}]}]}})",
       kSystem});
  EXPECT_EQ(sets.contains("http://v", "", "a"), std::nullopt);
}

// A tree: a (b (c)), d with a second parent b; colours.
constexpr const char* kTree =
    R"({"resourceType":"CodeSystem","url":"http://tree","content":"complete","caseSensitive":true,"property":[{"code":"colour","type":"string"}],
 "concept":[{"code":"a","display":"The A","concept":[{"code":"b","property":[{"code":"colour","valueString":"red"}],"concept":[{"code":"c","designation":[{"value":"Das C"}],"display":"The C"}]}]},
            {"code":"d","property":[{"code":"parent","valueCode":"b"},{"code":"colour","valueString":"blue"}]}]})";

std::string with_filter(const std::string& filter, const std::string& exclude = {}) {
  return R"({"resourceType":"ValueSet","url":"http://v","compose":{"include":[{"system":"http://tree","filter":[)" +
         filter + "]}]" + (exclude.empty() ? std::string() : R"(,"exclude":[)" + exclude + "]") +
         "}}";
}

std::string members(const std::string& value_set) {
  const auto sets = loaded({value_set.c_str(), kTree});
  std::string out;
  for (const auto* code : {"a", "b", "c", "d"}) {
    const auto answer = sets.contains("http://v", "http://tree", code);
    out += !answer ? "?" : *answer ? code : "";
  }
  return out;
}

TEST(CodeSystems, KnowWhatStandsAboveWhat) {
  const auto sets = loaded({kTree});
  const auto& systems = sets.code_systems();
  EXPECT_EQ(systems.subsumes("http://tree", "a", "c"), true);
  EXPECT_EQ(systems.subsumes("http://tree", "b", "d"), true);
  EXPECT_EQ(systems.subsumes("http://tree", "c", "c"), true);
  EXPECT_EQ(systems.subsumes("http://tree", "c", "a"), false);
  EXPECT_EQ(systems.subsumes("http://tree", "a", "d"), true);
  EXPECT_EQ(systems.subsumes("http://tree", "x", "c"), std::nullopt);
  EXPECT_EQ(systems.subsumes("http://tree", "a", "x"), std::nullopt);
  EXPECT_EQ(systems.subsumes("http://none", "a", "a"), std::nullopt);
}

TEST(ValueSets, KnowWhetherTheyHaveSeveralSystems) {
  const auto sets = loaded(
      {R"({"resourceType":"ValueSet","url":"http://v","compose":{"include":[{"system":"http://s"},{"system":"http://t","concept":[{"code":"x"}]}]}})",
       R"({"resourceType":"ValueSet","url":"http://w","compose":{"include":[{"system":"http://s"}]}})",
       kSystem});
  EXPECT_TRUE(sets.has_several_systems("http://v"));
  EXPECT_FALSE(sets.has_several_systems("http://w"));
  EXPECT_FALSE(sets.has_several_systems("http://none"));
  EXPECT_TRUE(sets.has_set("http://w|1"));
  EXPECT_FALSE(sets.has_set("http://none"));
}

TEST(ValueSets, FollowFilters) {
  EXPECT_EQ(members(with_filter(R"({"property":"concept","op":"is-a","value":"b"})")), "bcd");
  EXPECT_EQ(members(with_filter(R"({"property":"concept","op":"descendent-of","value":"b"})")),
            "cd");
  EXPECT_EQ(members(with_filter(R"({"property":"concept","op":"is-not-a","value":"b"})")), "a");
  EXPECT_EQ(members(with_filter(R"({"property":"concept","op":"generalizes","value":"c"})")),
            "abc");
  EXPECT_EQ(members(with_filter(R"({"property":"concept","op":"in","value":"a, d"})")), "ad");
  EXPECT_EQ(members(with_filter(R"({"property":"concept","op":"not-in","value":"a,d"})")), "bc");
  EXPECT_EQ(members(with_filter(R"({"property":"colour","op":"=","value":"red"})")), "b");
  EXPECT_EQ(members(with_filter(R"({"property":"colour","op":"exists","value":"true"})")), "bd");
  EXPECT_EQ(members(with_filter(R"({"property":"colour","op":"exists","value":"false"})")), "ac");
  EXPECT_EQ(members(with_filter(R"({"property":"code","op":"regex","value":"[a-b]"})")), "ab");
  EXPECT_EQ(
      members(with_filter(
          R"({"property":"concept","op":"is-a","value":"b"},{"property":"colour","op":"exists","value":"true"})")),
      "bd");
}

TEST(ValueSets, FollowWhatStandsBelow) {
  EXPECT_EQ(members(with_filter(R"({"property":"child","op":"=","value":"d"})")), "b");
}

TEST(ValueSets, LeaveOpenWhatTheyCannotTell) {
  EXPECT_EQ(members(with_filter(R"({"property":"concept","op":"is-a","value":"nobody"})")), "????");
  EXPECT_EQ(members(with_filter(R"({"property":"smell","op":"=","value":"good"})")), "????");
  // Look-around and back references take time without a limit.
  EXPECT_EQ(members(with_filter(R"({"property":"code","op":"regex","value":"(?=a)."})")), "????");
  EXPECT_EQ(members(with_filter(R"({"property":"code","op":"regex","value":"(.)\\1"})")), "????");
  EXPECT_EQ(members(with_filter(R"({"property":"code","op":"regex","value":"["})")), "????");
}

// R4's set of countries of two letters is "[A-Z]{2}" of all countries.
TEST(ValueSets, MatchTheWholeTextByRegex) {
  EXPECT_EQ(members(with_filter(R"({"property":"colour","op":"regex","value":"re"})")), "");
  EXPECT_EQ(members(with_filter(R"({"property":"colour","op":"regex","value":"r.d"})")), "b");
  EXPECT_EQ(members(with_filter(R"({"property":"code","op":"regex","value":"\\w{1}"})")), "abcd");
  EXPECT_EQ(members(with_filter(R"({"property":"code","op":"regex","value":"a|b"})")), "ab");
}

// A filter that nobody can judge opens only what passes the others.
TEST(ValueSets, LeaveOpenOnlyWhatTheOtherFiltersLetPass) {
  EXPECT_EQ(
      members(with_filter(
          R"({"property":"concept","op":"in","value":"none"},{"property":"smell","op":"=","value":"good"})")),
      "");
}

TEST(ValueSets, AreOfTheVersionThatIsAskedFor) {
  const auto sets = loaded(
      {R"({"resourceType":"CodeSystem","url":"http://tree","content":"complete","version":"1.0","concept":[{"code":"a"},{"code":"b"}]})",
       R"({"resourceType":"ValueSet","url":"http://v","version":"2.1.0","compose":{"include":[{"system":"http://tree"}]}})",
       R"({"resourceType":"ValueSet","url":"http://older","compose":{"include":[{"valueSet":["http://v|1.0.0"]}]}})",
       R"({"resourceType":"ValueSet","url":"http://same","compose":{"include":[{"valueSet":["http://v|2.1.0"]}]}})",
       R"({"resourceType":"ValueSet","url":"http://system","compose":{"include":[{"system":"http://tree","version":"0.9"}]}})"});
  const auto text = sets.serialize();
  for (const auto& each : {sets, ValueSets::deserialize(text)}) {
    EXPECT_EQ(each.contains("http://v|2.1.0", "http://tree", "a"), true);
    EXPECT_EQ(each.contains("http://v|2.1", "http://tree", "c"), false);
    EXPECT_EQ(each.contains("http://v|2", "http://tree", "c"), false);
    EXPECT_EQ(each.contains("http://v|2.10", "http://tree", "a"), std::nullopt);
    EXPECT_EQ(each.other_version("http://v|9.9"), "2.1.0");
    EXPECT_EQ(each.other_version("http://v|2.1.0"), "");
    EXPECT_EQ(each.other_version("http://none|1"), "");
    EXPECT_FALSE(each.knows("http://v|9.9"));
    EXPECT_EQ(each.contains("http://older", "http://tree", "a"), std::nullopt);
    EXPECT_EQ(each.contains("http://same", "http://tree", "a"), true);
    EXPECT_EQ(each.contains("http://same", "http://tree", "c"), false);
    EXPECT_EQ(each.contains("http://system", "http://tree", "a"), std::nullopt);
  }
}

TEST(ValueSets, TakeOutWhatIsExcluded) {
  EXPECT_EQ(members(with_filter(R"({"property":"concept","op":"is-a","value":"a"})",
                                R"({"system":"http://tree","concept":[{"code":"b"}]})")),
            "acd");
  EXPECT_EQ(
      members(with_filter(
          R"({"property":"concept","op":"is-a","value":"a"})",
          R"({"system":"http://tree","filter":[{"property":"smell","op":"=","value":"x"}]})")),
      "????");
}

TEST(ValueSets, AreOpenOnlyForSystemsThatAreNotHere) {
  const auto sets = loaded(
      {R"({"resourceType":"ValueSet","url":"http://v","compose":{"include":[{"system":"http://elsewhere"},{"system":"http://s"}]}})",
       kSystem});
  EXPECT_EQ(sets.contains("http://v", "http://elsewhere", "a"), std::nullopt);
  EXPECT_EQ(sets.contains("http://v", "http://s", "a"), true);
  EXPECT_EQ(sets.contains("http://v", "http://s", "z"), false);
  EXPECT_EQ(sets.contains("http://v", "http://other", "a"), false);
  EXPECT_TRUE(sets.some_codes("http://v", 9).empty());
}

TEST(ValueSets, TakeAllOfUcumByItsGrammar) {
  const auto sets = loaded(
      {R"({"resourceType":"ValueSet","url":"http://v","compose":{"include":[{"system":"http://unitsofmeasure.org"}]}})"});
  EXPECT_EQ(sets.contains("http://v", "http://unitsofmeasure.org", "mg/dL"), true);
  EXPECT_EQ(sets.contains("http://v", "http://unitsofmeasure.org", "milligrams"), false);
}

TEST(ValueSets, ThatReferToEachOtherInACircleAreOpen) {
  const auto sets = loaded(
      {R"({"resourceType":"ValueSet","url":"http://v","compose":{"include":[{"valueSet":["http://w"]},{"system":"http://t","concept":[{"code":"x"}]}]}})",
       R"({"resourceType":"ValueSet","url":"http://w","compose":{"include":[{"valueSet":["http://v"]},{"valueSet":["http://w"]}]}})"});
  EXPECT_EQ(sets.contains("http://v", "http://t", "x"), true);
  EXPECT_EQ(sets.contains("http://v", "http://t", "y"), std::nullopt);
  EXPECT_FALSE(sets.knows("http://v"));
}

TEST(ValueSets, TakeAnExpansionWhereTheSystemIsNotHere) {
  const std::string head =
      R"({"resourceType":"ValueSet","url":"http://v","compose":{"include":[{"system":"http://elsewhere","filter":[{"property":"concept","op":"is-a","value":"x"}]}]},"expansion":{)";
  const std::string codes = R"("contains":[{"system":"http://elsewhere","code":"x"}]}})";
  EXPECT_EQ(loaded({(head + codes).c_str()}).contains("http://v", "http://elsewhere", "y"), false);
  // One page of two.
  EXPECT_EQ(loaded({(head + R"("total":2,)" + codes).c_str()})
                .contains("http://v", "http://elsewhere", "y"),
            std::nullopt);
}

TEST(ValueSets, OfSeveralInOneIncludeDecideWhereAllAgree) {
  const auto sets = loaded(
      {R"({"resourceType":"ValueSet","url":"http://v","compose":{"include":[{"valueSet":["http://one","http://two"]}]}})",
       R"({"resourceType":"ValueSet","url":"http://one","compose":{"include":[{"system":"http://t","concept":[{"code":"x"},{"code":"y"}]}]}})",
       R"({"resourceType":"ValueSet","url":"http://two","compose":{"include":[{"system":"http://t","concept":[{"code":"y"},{"code":"z"}]}]}})"});
  EXPECT_EQ(sets.contains("http://v", "http://t", "y"), true);
  EXPECT_EQ(sets.contains("http://v", "http://t", "x"), std::nullopt);
  EXPECT_EQ(sets.contains("http://v", "http://u", "x"), false);
}

TEST(CodeSystems, KnowCodesAndWhatTheyAreCalled) {
  const auto sets = loaded(
      {kTree,
       R"({"resourceType":"CodeSystem","url":"http://part","content":"example","concept":[{"code":"a"}]})",
       R"({"resourceType":"CodeSystem","url":"http://loose","content":"complete","caseSensitive":false,"concept":[{"code":"Up"}]})"});
  const auto& systems = sets.code_systems();
  EXPECT_EQ(systems.contains("http://tree", "c"), true);
  EXPECT_EQ(systems.contains("http://tree|1", "C"), false);
  EXPECT_EQ(systems.alike("http://tree", "C"), "c");
  EXPECT_EQ(systems.contains("http://part", "a"), std::nullopt);
  EXPECT_EQ(systems.contains("http://loose", "uP"), true);
  EXPECT_EQ(systems.is_called("http://tree", "c", " the  c "), true);
  EXPECT_EQ(systems.is_called("http://tree", "c", "das c"), true);
  EXPECT_EQ(systems.is_called("http://tree", "c", "the b"), false);
  EXPECT_EQ(systems.is_called("http://tree", "b", "the b"), std::nullopt);
  EXPECT_EQ(systems.display("http://tree", "c"), "The C");
}

// R4 4.8.9: a supplement adds names to a system, and no codes.
TEST(CodeSystems, AreCalledAsSupplementsSay) {
  const auto sets = loaded(
      {kTree,
       R"({"resourceType":"CodeSystem","url":"http://tree/de","content":"supplement","supplements":"http://tree|1","concept":[{"code":"b","display":"Das B","designation":[{"language":"fr","value":"Le B"}]},{"code":"new","display":"Neu"}]})"});
  const auto& systems = sets.code_systems();
  EXPECT_EQ(systems.is_called("http://tree", "a", "The A"), true);
  EXPECT_EQ(systems.is_called("http://tree", "b", "Das B"), true);
  EXPECT_EQ(systems.is_called("http://tree", "b", "Le B"), true);
  EXPECT_EQ(systems.contains("http://tree", "new"), false);
  EXPECT_EQ(systems.contains("http://tree/de", "b"), std::nullopt);
}

// R4 CodeSystem.content: a fragment has some of its codes, and there are others.
TEST(CodeSystems, ThatAreFragmentsKnowWhatTheyList) {
  const auto sets = loaded(
      {R"({"resourceType":"CodeSystem","url":"http://s","content":"fragment","concept":[{"code":"a","display":"A"}]})",
       R"({"resourceType":"ValueSet","url":"http://v","compose":{"include":[{"system":"http://s"}]}})",
       R"({"resourceType":"ValueSet","url":"http://w","compose":{"include":[{"system":"http://s","filter":[{"property":"display","op":"=","value":"B"}]}]}})"});
  EXPECT_EQ(sets.code_systems().contains("http://s", "a"), true);
  EXPECT_EQ(sets.code_systems().contains("http://s", "b"), std::nullopt);
  EXPECT_EQ(sets.code_systems().is_called("http://s", "a", "B"), false);
  EXPECT_EQ(sets.contains("http://v", "http://s", "a"), true);
  EXPECT_EQ(sets.contains("http://v", "http://s", "b"), std::nullopt);
  EXPECT_EQ(sets.contains("http://v", "http://other", "a"), false);
  EXPECT_EQ(sets.contains("http://w", "http://s", "b"), std::nullopt);
}

TEST(CodeSystems, KnowTheirVersionOnly) {
  const auto sets = loaded(
      {R"({"resourceType":"CodeSystem","url":"http://s","version":"2","content":"complete","concept":[{"code":"a","display":"A"}]})",
       R"({"resourceType":"ValueSet","url":"http://v","compose":{"include":[{"system":"http://s"}]}})"});
  EXPECT_TRUE(sets.code_systems().is_other_version("http://s", "1"));
  EXPECT_FALSE(sets.code_systems().is_other_version("http://s", "2"));
  EXPECT_FALSE(sets.code_systems().is_other_version("http://s", ""));
  const Codes codes(sets);
  EXPECT_EQ(codes.has({"http://s", "a", "1"}), true);
  EXPECT_EQ(codes.has({"http://s", "b", "1"}), std::nullopt);
  EXPECT_EQ(codes.has({"http://s", "b", "2"}), false);
  EXPECT_EQ(codes.contains("http://v", {"http://s", "b", "1"}), std::nullopt);
  EXPECT_EQ(codes.is_called({"http://s", "a", "1"}, "B"), std::nullopt);
  EXPECT_EQ(codes.is_called({"http://s", "a", "2"}, "B"), false);
}

TEST(CodeSystems, TellCasesApartOrNot) {
  const auto system = [](int more) {
    std::string out =
        R"({"resourceType":"CodeSystem","url":"http://s","content":"complete","caseSensitive":false,"concept":[{"code":"Ab"})";
    for (int i = 0; i < more; ++i) out += R"(,{"code":"X)" + std::to_string(i) + "\"}";
    return out + "]}";
  };
  // A few, and so many that they have an index.
  for (const auto more : {0, 2000}) {
    const auto text = system(more);
    const auto sets = loaded(
        {text.c_str(),
         R"({"resourceType":"ValueSet","url":"http://v","compose":{"include":[{"system":"http://s","concept":[{"code":"Ab"}]}]}})"});
    EXPECT_EQ(sets.code_systems().contains("http://s", "aB"), true);
    EXPECT_EQ(sets.code_systems().written("http://s", "aB"), "Ab");
    EXPECT_EQ(sets.code_systems().contains("http://s", "aC"), false);
    EXPECT_EQ(sets.contains("http://v", "http://s", "AB"), true);
    EXPECT_EQ(sets.contains("http://v", "http://s", "AC"), false);
  }
}

TEST(ValueSets, SurviveTheFlatForm) {
  const auto sets = loaded(
      {R"({"resourceType":"ValueSet","url":"http://v","compose":{"include":[{"system":"http://s"}]}})",
       kSystem});
  const auto flat = sets.serialize();
  const auto copy = ValueSets::deserialize(flat);
  EXPECT_EQ(copy.code_systems().contains("http://s", "b"), true);
  EXPECT_EQ(copy.code_systems().contains("http://s", "z"), false);
  EXPECT_EQ(copy.contains("http://v", "http://s", "a"), true);
  EXPECT_EQ(copy.some_codes("http://v", 1), std::vector<std::string_view>{"a"});
}

TEST(ValueSets, KnowsTheRequiredOnesOfR4) {
  EXPECT_EQ(
      ValueSets::builtin().contains("http://hl7.org/fhir/ValueSet/observation-status", "", "final"),
      true);
  EXPECT_EQ(
      ValueSets::builtin().contains("http://hl7.org/fhir/ValueSet/observation-status", "", "finel"),
      false);
}

TEST(ValueSets, LeavesOutWhatIsNotInUseWhereItIsAskedTo) {
  constexpr const char* kUsed =
      R"({"resourceType":"CodeSystem","url":"http://s","content":"complete","property":[{"code":"inactive","type":"boolean"},{"code":"status","type":"code"}],"concept":[{"code":"a"},{"code":"b","property":[{"code":"inactive","valueBoolean":true}]},{"code":"c","property":[{"code":"status","valueCode":"retired"}]},{"code":"d","property":[{"code":"inactive","valueBoolean":false}]}]})";
  const auto sets = loaded(
      {R"({"resourceType":"ValueSet","url":"http://v","compose":{"inactive":false,"include":[{"system":"http://s"}]}})",
       R"({"resourceType":"ValueSet","url":"http://listed","compose":{"inactive":false,"include":[{"system":"http://s","concept":[{"code":"a"},{"code":"b"}]}]}})",
       R"({"resourceType":"ValueSet","url":"http://w","compose":{"include":[{"system":"http://s"}]}})",
       kUsed});
  for (const auto* code : {"a", "d"}) EXPECT_EQ(sets.contains("http://v", "http://s", code), true);
  for (const auto* code : {"b", "c"}) {
    EXPECT_EQ(sets.contains("http://v", "http://s", code), false) << code;
    EXPECT_EQ(sets.contains("http://w", "http://s", code), true) << code;
  }
  EXPECT_EQ(sets.contains("http://listed", "http://s", "b"), false);
}

TEST(ValueSets, SaysNoToACodeThatItsSystemCannotHave) {
  const auto sets = loaded(
      {R"({"resourceType":"ValueSet","url":"http://v","compose":{"include":[{"system":"http://loinc.org"}]}})"});
  EXPECT_EQ(sets.contains("http://v", "http://loinc.org", "2157-6"), std::nullopt);
  EXPECT_EQ(sets.contains("http://v", "http://loinc.org", "2157-7"), false);
  EXPECT_EQ(sets.code_systems().contains("http://loinc.org", "2157-6"), std::nullopt);
  EXPECT_EQ(sets.code_systems().contains("http://loinc.org", "2157-7"), false);
}

}  // namespace
}  // namespace paraneo::terminology
