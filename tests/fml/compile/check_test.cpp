#include "fml/compile/check.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "fml/text/parse.h"

namespace paraneo::fml {
namespace {

const fhirpath::Engine& engine() {
  static const fhirpath::Engine engine(definition::Definitions::builtin());
  return engine;
}

// All findings as "line code message", one a line.
std::string findings(const std::string& rules, bool information = false) {
  const Source source{
      "test.map",
      "map \"http://x/m\" = \"m\"\n"
      "uses \"http://hl7.org/fhir/StructureDefinition/Patient\" alias Patient as source\n"
      "group main(source src : Patient, target tgt : Basic) {\n"
      "src -> tgt.code = cc('x');\n" +
          rules};
  diag::Sink sink;
  const auto map = parse(source, {}, sink);
  std::string out;
  if (map != nullptr) {
    Library library;
    library.add(*map);
    compile(*map, library, engine(), sink);
    const ast::Map* const checked[] = {map.get()};
    check(checked, library, engine().definitions(), sink);
  }
  for (const auto& d : sink.all())
    if (information || d.severity != diag::Severity::information)
      out += std::to_string(locate(source, d.span.begin).line - 4) + " " +
             std::string(diag::info(d.code).name) + " " + d.message + "\n";
  return out;
}

TEST(Check, FindsNothingInASoundMap) {
  EXPECT_EQ(
      findings(
          "src.id as i -> tgt.id = i;\nsrc.name as n -> tgt.extension as e then Name(n, e);\n}\n"
          "group Name(source n : HumanName, target e : Extension) { n -> e.url = 'u'; n.family as f -> e.value = create('string') as v, v.value = f; }",
          true),
      "");
}

TEST(Check, FindsRulesThatNeverRun) {
  EXPECT_EQ(findings("src.deceased : string as d -> tgt.id = d;\n}"),
            "1 fml-unreachable \"deceased\" is never a string\n");
  EXPECT_EQ(findings("src.id as d where (false) -> tgt.id = d;\n}"),
            "1 fml-unreachable the condition is never true\n");
  EXPECT_EQ(findings("src.gender 2..3 as d -> tgt.id = d;\n}"),
            "1 fml-unreachable \"gender\" is there 1 time at most\n");
  EXPECT_EQ(findings("src.gender 1..0 as d -> tgt.id = d;\n}"),
            "1 fml-unreachable no number is between these two\n");
  EXPECT_EQ(
      findings("src.id as d -> tgt.id = d \"a\";\nsrc.id as d -> tgt.id = d \"b\";\n}"),
      "2 fml-unreachable the same rule stands in line 5\n2 fml-written-twice \"id\" is written in line 5 already, from the same source\n");
}

TEST(Check, FindsManyValuesForOneElement) {
  EXPECT_EQ(findings("src.name as n then { n.text as t -> tgt.language = t; };\n}"),
            "1 fml-many-to-one \"language\" takes one value, the rule runs for each \"name\"\n");
  EXPECT_EQ(findings("src.name first as n then { n.text as t -> tgt.language = t; };\n}"), "");
  EXPECT_EQ(
      findings("src.name as n where (use = 'usual') then { n.text as t -> tgt.language = t; };\n}"),
      "");
  EXPECT_EQ(
      findings(
          "src.name as n -> tgt.extension as e then { n -> e.url = 'x'; n.text as t -> e.id = t; };\n}"),
      "")
      << "a new extension each";
  EXPECT_EQ(
      findings(
          "src.id as a -> tgt.language = a;\nsrc.id as b -> tgt.language = append(b, 'x');\n}"),
      "2 fml-written-twice \"language\" is written in line 5 already, from the same source\n");
}

TEST(Check, FindsWhatNobodyUses) {
  EXPECT_EQ(
      findings("src.id as i -> tgt.language = 'x' as v;\n}", true),
      "1 fml-unused the variable \"i\" is never used\n1 fml-unused the variable \"v\" is never used\n");
  EXPECT_EQ(findings("}\ngroup Lost(source a, target b) { a -> b.id = 'x'; }"),
            "2 fml-unused no rule calls the group \"Lost\"\n");
  EXPECT_EQ(
      findings(
          "src.id as i where (%limit = 1) -> tgt.id = i;\n}\nlet limit = 1;\nlet base = 2;\nlet other = base;"),
      "5 fml-unused the constant \"other\" is never used\n");
  EXPECT_EQ(
      findings(
          "}\nconceptmap \"#c\" { prefix s = \"http://s\" prefix t = \"http://t\" s:a == t:b }"),
      "2 fml-unused no rule translates with \"#c\"\n");
}

TEST(Check, FindsElementsThatAreRequired) {
  EXPECT_EQ(findings("src.name as n -> tgt.extension as e then { n.text as t -> e.id = t; };\n}"),
            "1 fml-never-written no rule writes Extension.url, which is required\n");
}

TEST(Check, FindsWrongSignatures) {
  EXPECT_EQ(findings("}\ngroup A(source a, target b) <<types>> { a -> b.id = 'x'; }"),
            "2 fml-signature a default group has a source and a target, both with a type\n");
  EXPECT_EQ(
      findings(
          "}\ngroup A(source a : Period, target b : Range) <<types>> { a.id -> b.id; }\ngroup B(source a : Period, target b : Range) <<types>> { a.id -> b.id; }"),
      "3 fml-signature the group \"A\" is the default for these types already\n");
}

TEST(Check, FindsCodesMappedTwice) {
  EXPECT_EQ(
      findings(
          "src.gender as g -> tgt.language = translate(g, '#c', 'code');\n}\nconceptmap \"#c\" { prefix s = \"http://s\" prefix t = \"http://t\"\n s:a == t:b\n s:a == t:c\n s:b <= t:d }",
          true),
      "5 concept-map-ambiguous the code \"a\" is mapped twice\n6 fml-unreachable the code \"b\" is not translated: the other one does not mean the same\n");
}

// The maps of this project are held to the same.
TEST(Check, OurOwnMapsAreClean) {
  const Limits limits;
  for (const auto* folder : {"/mappings/record/export", "/mappings/record/import"}) {
    std::deque<Source> sources;
    std::deque<std::unique_ptr<ast::Map>> maps;
    Library library;
    diag::Sink sink;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::string(PARANEO_SOURCE_DIR) + folder)) {
      std::ifstream in(entry.path(), std::ios::binary);
      auto& source = sources.emplace_back(
          Source{entry.path().string(), {std::istreambuf_iterator<char>(in), {}}});
      library.add(*maps.emplace_back(parse(source, limits, sink)));
    }
    check(library.maps(), library, engine().definitions(), sink);
    for (const auto& d : sink.all())
      if (d.severity != diag::Severity::information)
        ADD_FAILURE() << d.span.source->name << ":" << locate(*d.span.source, d.span.begin).line
                      << ": " << d.message;
  }
}

}  // namespace
}  // namespace paraneo::fml
