#include "fml/resource/structure_map.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "diag/render.h"
#include "element/element.h"
#include "fml/text/parse.h"
#include "fml/text/print.h"
#include "format/json.h"
#include "json/read.h"

namespace paraneo::fml {
namespace {

std::string file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string first(const diag::Sink& sink) {
  return sink.all().empty()
             ? ""
             : std::string(diag::info(sink.all()[0].code).name) + ": " + sink.all()[0].message;
}

std::string formatted(const std::string& text) {
  const Source source{"test.map", text};
  diag::Sink sink;
  const auto map = parse(source, {}, sink);
  return map == nullptr ? first(sink) : print(*map);
}

std::string to_json(const std::string& text, FhirVersion version) {
  const Source source{"test.map", text};
  diag::Sink sink;
  const auto map = parse(source, {}, sink);
  return map == nullptr ? first(sink) : to_structure_map(*map, version, false);
}

std::string to_text(const std::string& json, std::string* problem = nullptr) {
  const Source source{"test.json", json};
  diag::Sink sink;
  const auto map = load_map(source, {}, sink);
  if (problem != nullptr) *problem = first(sink);
  return map == nullptr ? first(sink) : print(*map);
}

std::vector<std::filesystem::path> maps() {
  std::vector<std::filesystem::path> out;
  for (const auto* folder : {"/mappings", "/tests/fml/maps"})
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(std::string(PARANEO_SOURCE_DIR) + folder))
      if (entry.path().extension() == ".map") out.push_back(entry.path());
  return out;
}

// Empty lines between rules are the only thing that a resource cannot say.
std::string without_blank_lines(std::string text) {
  for (auto at = text.find("\n\n  "); at != std::string::npos; at = text.find("\n\n  "))
    text.erase(at, 1);
  return text;
}

TEST(StructureMap, TextToResourceToTextIsTheSame) {
  ASSERT_GT(maps().size(), 10U);
  for (const auto& path : maps()) {
    const auto text = formatted(file(path));
    for (const auto version : {FhirVersion::r4, FhirVersion::r5}) {
      const auto json = to_json(text, version);
      EXPECT_EQ(to_text(json), without_blank_lines(text)) << path;
      EXPECT_EQ(to_json(to_text(json), version), json) << path;
    }
  }
}

TEST(StructureMap, IsWhatR4Defines) {
  for (const auto& path : maps()) {
    const Source json{"map.json", to_json(formatted(file(path)), FhirVersion::r4)};
    Arena arena;
    diag::Sink sink;
    const auto* tree = json::read(json, arena, {}, sink);
    ASSERT_NE(tree, nullptr) << path;
    format::read_json(definition::Definitions::builtin(), *tree, json, {}, arena, sink);
    EXPECT_EQ(first(sink), "") << path;
  }
}

TEST(Print, IsStable) {
  for (const auto& path : maps()) {
    const auto text = formatted(file(path));
    EXPECT_EQ(formatted(text), text) << path;
  }
}

TEST(Print, HasTheExpectedForm) {
  const auto folder = std::string(PARANEO_SOURCE_DIR) + "/tests/fml/maps/";
  EXPECT_EQ(formatted(file(folder + "all.map")), file(folder + "all.formatted"));
}

// From the resource: what HL7's own example has, and what texts have no syntax for.
constexpr std::string_view kResource =
    R"({"resourceType":"StructureMap","id":"example","meta":{"versionId":"1","tag":[{"system":"http://s","code":"c"}]},)"
    R"("contained":[{"resourceType":"ConceptMap","id":"cm","status":"draft","group":[{"source":"http://a","target":"http://b",)"
    R"("element":[{"code":"x","display":"X","target":[{"code":"y","equivalence":"equal"}]}]}]},{"resourceType":"Basic","id":"b","code":{"text":"t"}}],)"
    R"("extension":[{"url":"http://e","valueString":"v"}],"url":"http://hl7.org/fhir/StructureMap/example",)"
    R"("identifier":[{"system":"urn:ietf:rfc:3986","value":"urn:oid:1"}],"version":"0.1","name":"ExampleMap","status":"active","experimental":false,)"
    R"("date":"2017-03-09","contact":[{"telecom":[{"system":"url","value":"http://hl7.org/fhir"}]},{"name":"n"}],"description":"a\nb",)"
    R"("_description":{"extension":[{"url":"http://e","valueDecimal":1.50}]},)"
    R"("group":[{"name":"Examples","typeMode":"none","documentation":"test -> testValue","input":[{"name":"test","mode":"source","documentation":"in"}],)"
    R"("rule":[{"name":"rule1","source":[{"context":"Source","min":1,"max":"*","type":"SourceClassA","defaultValueInteger":5,"element":"test","listMode":"only_one","variable":"t","condition":"a   = 1"}],)"
    R"("target":[{"context":"Destination","contextType":"variable","element":"testValue","listMode":["share"],"listRuleId":"x","transform":"copy","parameter":[{"valueId":"t.a.b"}]},)"
    R"({"variable":"v","transform":"evaluate","parameter":[{"valueId":"t"},{"valueString":"'draft'"}]}],)"
    R"("dependent":[{"name":"Other","variable":["t","v"]}],"documentation":"one\ntwo"}]}]})";

TEST(StructureMap, ResourceToTextToResourceIsTheSame) {
  std::string problem;
  const auto text = to_text(std::string(kResource), &problem);
  EXPECT_EQ(problem, "");
  EXPECT_EQ(to_json(text, FhirVersion::r4), kResource) << text;
}

TEST(StructureMap, SaysWhatATextCannotSay) {
  std::string problem;
  const auto rule = [](std::string_view more) {
    return R"({"resourceType":"StructureMap","url":"u","name":"n","group":[{"name":"g","input":[{"name":"a","mode":"source"}],"rule":[)" +
           std::string(more) + "]}]}";
  };
  to_text(rule(R"({"source":[{"context":"a","id":"7"}]})"), &problem);
  EXPECT_EQ(problem, "fml-left-out: a map has no syntax for id of a source: left out");
  to_text(rule(R"({"source":[{"context":"a","condition":"1 +"}]})"), &problem);
  EXPECT_EQ(problem, "syntax-expression: the expression ends too early");
  to_text(rule(R"({"target":[{"element":"a"}]})"), &problem);
  EXPECT_EQ(problem, "fml-structure-map: a target has a context or a transform");
  to_text(
      R"({"resourceType":"StructureMap","_group":[{"id":"7"}],"url":"u","name":"n","group":[]})",
      &problem);
  EXPECT_EQ(problem, "fml-left-out: a map has no syntax for _group: left out");
  to_text(R"({"resourceType":"Patient"})", &problem);
  EXPECT_EQ(problem, "fml-structure-map: this is no StructureMap");
}

TEST(StructureMap, KeepsACommentAtItsCode) {
  const std::string map =
      "map \"u\" = \"n\"\n\n// of the map\n// systems\n// the first\nconceptmap \"#c\" {\n  prefix a = \"x\"\n  prefix b = \"y\"\n"
      "  a:one == b:one // exactly\n  // less\n  a:two -- // or nothing\n}\n\ngroup g(source s, target t) {\n}\n";
  EXPECT_EQ(
      formatted(
          "map \"u\" = \"n\" // of the map\nconceptmap \"c\" { // systems\nprefix a = \"x\" // the first\nprefix b = \"y\"\n"
          "a:one == b:one // exactly\n/* less */ a:two -- // or nothing\n}\ngroup g(source s, target t) { }"),
      "map \"u\" = \"n\" // of the map\n\n" + map.substr(map.find("// systems")));
  for (const auto version : {FhirVersion::r4, FhirVersion::r5})
    EXPECT_EQ(to_text(to_json(map, version)), map);
}

TEST(StructureMap, SimpleRulesAreThoseOfOtherTools) {
  const auto json =
      to_json("map \"u\" = \"n\"\ngroup g(source a, target b) { a.x -> b.y; }", FhirVersion::r4);
  EXPECT_NE(
      json.find(
          R"("source":[{"context":"a","element":"x","variable":"vvv"}],"target":[{"context":"b","contextType":"variable","element":"y","variable":"vvv","transform":"create"}])"),
      std::string::npos)
      << json;
}

TEST(StructureMap, MetadataNeedsNoLineForAnObject) {
  std::string lines;
  for (int i = 0; i < 1000; ++i) lines += "/// contact.telecom.v" + std::to_string(i) + " = 5\n";
  EXPECT_EQ(
      to_json(lines + "group g(source a, target b) { }", FhirVersion::r5).substr(0, 130),
      R"({"resourceType":"StructureMap","extension":[{"url":"https://paraneo.github.io/fhir/StructureDefinition/map-form","valueCode":"stat)");
  EXPECT_NE(to_json(lines + "group g(source a, target b) { }", FhirVersion::r5)
                .find(R"("contact":[{"telecom":[{"v0":5,"v1":5,)"),
            std::string::npos);
}

// The map that owned the expressions' texts is gone by then.
TEST(StructureMap, ShowsAMessageAboutAnExpressionWhenTheMapIsGone) {
  const auto with = [](const std::string& rule) {
    return R"({"resourceType":"StructureMap","url":"http://x/s","name":"s","status":"draft","group":[{"name":"g","typeMode":"none","input":[{"name":"p","mode":"source"}],"rule":[{"name":"r","source":[{"context":"p")" +
           rule + "}]}]}]}";
  };
  for (const std::string where :
       {R"(,"condition":")", R"(,"check":")", R"(,"logMessage":")", R"(,"defaultValue":")"}) {
    const Source source{"sm.json", with(where + "name.where(\"")};
    diag::Sink sink;
    EXPECT_EQ(load_map(source, {}, sink), nullptr);
    const std::string reused(64, '#');  // takes the place of what was given back
    const auto text = render(sink, {});
    EXPECT_NE(text.find("sm.json:1:12: error: "), std::string::npos) << text << reused.size();
    EXPECT_NE(text.find("\n  name.where(\n             ^"), std::string::npos) << text;
  }
}

TEST(Parse, LimitsPaths) {
  std::string path = "a";
  for (int i = 0; i < 300; ++i) path += ".b";
  EXPECT_EQ(formatted("group g(source a, target b) { " + path + " as x -> b.x = x; }"),
            "fml-syntax: the path has more than 200 elements");
}

TEST(Parse, LeavesOutWhatTheDeclarationSays) {
  const std::string rest =
      "map \"u\" = \"n\"\n/// name = 'n'\n/// title = 't'\ngroup g(source a, target b) { }";
  EXPECT_EQ(formatted("/// url = 'u'\n" + rest),
            "map \"u\" = \"n\"\n/// title = 't'\n\ngroup g(source a, target b) {\n}\n");
  EXPECT_EQ(formatted("/// url = 'v'\n" + rest),
            "fml-syntax: the map's url is \"u\" by its declaration");
}

TEST(Parse, RefusesWhatIsNoUtf8) {
  EXPECT_EQ(formatted("// \xff\ngroup g(source a, target b) { }"),
            "fml-syntax: this is not valid UTF-8");
}

TEST(Parse, TellsWhatIsWrongWithMetadataAndConceptMaps) {
  EXPECT_EQ(formatted("/// a b = 1\n"), "fml-syntax: path = value must stand here");
  EXPECT_EQ(formatted("/// a = b\n"), "fml-syntax: the value is no literal");
  EXPECT_EQ(formatted("/// a = \"\"\"\nx"), "syntax-token: the text is not closed");
  for (const std::string name :
       {"import", "_import", "structure.url", "const", "group", "resourceType"})
    EXPECT_EQ(formatted("/// " + name + " = 'x'\n"),
              "fml-syntax: " + name.substr(0, name.find('.')) + " is no metadata");
  EXPECT_EQ(formatted("conceptmap \"#a\" { x:a == y:b }"), "fml-syntax: there is no prefix x");
  EXPECT_EQ(formatted("conceptmap \"#a\" { prefix x = \"u\" x:a * x:b }"),
            "fml-syntax: == or another relationship must stand here");
  EXPECT_EQ(formatted("conceptmap \"#a\" { prefix x = \"u\" unmapped for x = fixed }"),
            "fml-syntax: only the mode provided is known");
}

}  // namespace
}  // namespace paraneo::fml
