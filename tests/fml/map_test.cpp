#include <gtest/gtest.h>

#include "fml/compile/compile.h"
#include "fml/text/parse.h"
#include "fml/run/run.h"
#include "format/json.h"
#include "json/read.h"

namespace paraneo::fml {
namespace {

const fhirpath::Engine& engine() {
  static const fhirpath::Engine engine(definition::Definitions::builtin());
  return engine;
}

constexpr std::string_view kUses =
    "map \"http://x/m\" = \"m\"\n"
    "uses \"http://hl7.org/fhir/StructureDefinition/Patient\" alias Patient as source\n"
    "uses \"http://hl7.org/fhir/StructureDefinition/Observation\" alias Observation as target\n";

// A map with its library; what is wrong stands in the sink.
struct Compiled {
  explicit Compiled(std::string text, const Compiled* import = nullptr)
      : source{"test.map", std::move(text)} {
    map = parse(source, limits, sink);
    if (map == nullptr) return;
    library.add(*map);
    if (import != nullptr) library.add(*import->map);
    program = compile(*map, library, engine(), sink);
  }
  std::string first() const {
    return sink.all().empty()
               ? ""
               : std::string(diag::info(sink.all()[0].code).name) + ": " + sink.all()[0].message;
  }
  Source source;
  Limits limits;
  diag::Sink sink;
  std::unique_ptr<ast::Map> map;
  Library library;
  std::shared_ptr<const Program> program;
};

struct Unmapped : Observer {
  void written(const element::Element&, const fhirpath::Item&, const RuleCode&) override {
    ++writes;
  }
  void unmapped(const terminology::ConceptMap&, const terminology::Code& code,
                const element::Element*) override {
    codes.emplace_back(code.code);
  }
  int writes = 0;
  std::vector<std::string> codes;
};

struct Ran {
  std::string json;
  std::string problem;  // the first
};

Ran run_rules(const std::string& rules, const std::string& patient, Observer* observer = nullptr,
              Limits limits = {}) {
  const Compiled compiled(
      std::string(kUses) +
      "conceptmap \"sex\" {\n prefix s = \"http://hl7.org/fhir/administrative-gender\"\n prefix t = \"http://t\"\n s:male == t:M\n s:female == t:\"F-1\"\n}\n" +
      "group main(source src : Patient, target tgt : Observation) {\n" + rules + "\n}\n" +
      "group Name(source n : HumanName, target c : CodeableConcept) { n.family as f -> c.text = f; }\n"
      "group Loop(source n, target t) { n then Loop(n, t); }\n"
      "group Default(source n : HumanName, target c : CodeableConcept) <<types>> { n.family -> c.text; }\n");
  if (compiled.program == nullptr) return {"", compiled.first()};
  const Source source{"patient.json", patient};
  Arena arena;
  diag::Sink sink;
  const auto* element =
      format::read_json(definition::Definitions::builtin(), *json::read(source, arena, {}, sink),
                        source, {}, arena, sink);
  auto* target =
      element::make_root(arena, definition::Definitions::builtin().find_type("Observation"));
  run(*compiled.program, engine(), *element, std::span(&target, 1),
      {arena, limits, sink, "seed", std::nullopt, observer});
  return {format::to_json(definition::Definitions::builtin(), *target),
          sink.all().empty()
              ? ""
              : std::string(diag::info(sink.all()[0].code).name) + ": " + sink.all()[0].message};
}

constexpr const char* kPatient =
    R"({"resourceType":"Patient","id":"p1","gender":"male","birthDate":"2003-10","_birthDate":{"extension":[{"url":"http://x","valueString":"about"}]},)"
    R"("name":[{"family":"A","given":["x","y"]},{"family":"B"}],"multipleBirthInteger":2})";

std::string written(const std::string& rules, const std::string& patient = kPatient) {
  const auto ran = run_rules(rules, patient);
  if (!ran.problem.empty()) return ran.problem;
  constexpr std::string_view kBegin = R"({"resourceType":"Observation")";
  const auto rest = ran.json.substr(kBegin.size());
  return rest.starts_with(',') ? "{" + rest.substr(1) : rest;
}

TEST(Map, CopiesCreatesAndNests) {
  EXPECT_EQ(written("src.id as i -> tgt.id = i;"), R"({"id":"p1"})");
  EXPECT_EQ(written("src.id -> tgt.id;"), R"({"id":"p1"})");
  EXPECT_EQ(written("src.name as n -> tgt.note as t then { n.family as f -> t.text = f; };"),
            R"({"note":[{"text":"A"},{"text":"B"}]})");
  EXPECT_EQ(written("src.multipleBirth : integer as m -> tgt.value = m;"), R"({"valueInteger":2})");
  EXPECT_EQ(written("src -> tgt.status = 'final';"), R"({"status":"final"})");
}

TEST(Map, KeepsExtensionsOfPrimitivesAndWritesThem) {
  EXPECT_EQ(written("src.birthDate as b -> tgt.effective = cast(b, 'dateTime');"),
            R"({"effectiveDateTime":"2003-10"})");
  EXPECT_EQ(
      written(
          "src.id as i -> tgt.effective = create('dateTime') as e then { i -> e.extension as x, x.url = 'http://y', x.value = create('string') as s, s.value = i; };"),
      R"({"_effectiveDateTime":{"extension":[{"url":"http://y","valueString":"p1"}]}})");
  EXPECT_EQ(written("src.id as i -> tgt.effective = create('dateTime') as e, e.value = '2003-10';"),
            R"({"effectiveDateTime":"2003-10"})");
}

TEST(Map, FiltersWithTheItemAsFocus) {
  EXPECT_EQ(written("src.name as n where family = 'B' then { n.family as f -> tgt.id = f; };"),
            R"({"id":"B"})");
  EXPECT_EQ(
      written(
          "src.name as n where (%n.given.exists() and %src.id = 'p1') then { n.family as f -> tgt.id = f; };"),
      R"({"id":"A"})");
  EXPECT_EQ(written("src.name first as n then { n.family as f -> tgt.id = f; };"), R"({"id":"A"})");
  EXPECT_EQ(written("src.name last as n then { n.family as f -> tgt.id = f; };"), R"({"id":"B"})");
  EXPECT_EQ(written("src.language default ('de') as l -> tgt.language = l;"),
            R"({"language":"de"})");
  EXPECT_EQ(written("src.id as a, src.gender as b -> tgt.id = append(a, '-', b);"),
            R"({"id":"p1-male"})");
}

TEST(Map, TakesAPathFromAVariableAsAValue) {
  EXPECT_EQ(written("src -> tgt.id = append(src.id, '.', src.gender);"), R"({"id":"p1.male"})");
  EXPECT_EQ(written("src -> tgt.id = src.id;"), R"({"id":"p1"})");
}

TEST(Map, CallsGroupsAndDefaultsByType) {
  EXPECT_EQ(written("src.name first as n -> tgt.code as c then Name(n, c);"),
            R"({"code":{"text":"A"}})");
  EXPECT_EQ(written("src.name -> tgt.category;"), R"({"category":[{"text":"A"},{"text":"B"}]})");
}

TEST(Map, SharesAnElementBetweenRules) {
  EXPECT_EQ(
      written(
          "src.id as i -> tgt.note as n share one, n.text = i; src.gender as g -> tgt.note as n share one, n.time = '2003-10';"),
      R"({"note":[{"time":"2003-10","text":"p1"}]})");
}

TEST(Map, MakesDataTypes) {
  EXPECT_EQ(written("src -> tgt.code = cc('http://s', 'c', 'd');"),
            R"({"code":{"coding":[{"system":"http://s","code":"c","display":"d"}]}})");
  EXPECT_EQ(
      written("src -> tgt.value = qty(26.0, 'U/L', 'http://unitsofmeasure.org', 'U/L');"),
      R"({"valueQuantity":{"value":26.0,"unit":"U/L","system":"http://unitsofmeasure.org","code":"U/L"}})");
  EXPECT_EQ(written("src -> tgt.identifier = id('http://s', 'v');"),
            R"({"identifier":[{"system":"http://s","value":"v"}]})");
  EXPECT_EQ(written("src.id as i -> tgt.id = (%i & '-' & $this);").find("fhirpath"),
            std::string::npos);
}

TEST(Map, TranslatesAndReportsWhatItCannot) {
  EXPECT_EQ(written("src.gender as g -> tgt.id = translate(g, '#sex', 'code');"), R"({"id":"M"})");
  EXPECT_EQ(written("src.gender as g -> tgt.code = translate(g, '#sex', 'CodeableConcept');"),
            R"({"code":{"coding":[{"system":"http://t","code":"M"}]}})");
  Unmapped unmapped;
  run_rules("src.gender as g -> tgt.id = translate(g, '#sex', 'code');",
            R"({"resourceType":"Patient","gender":"other"})", &unmapped);
  EXPECT_EQ(unmapped.codes, std::vector<std::string>{"other"});
}

TEST(Map, ReadsAConceptMapBackwards) {
  EXPECT_EQ(
      written("src -> c('http://t', 'F-1') as x, translate(x, '#sex', 'code') as g, tgt.id = g;"),
      R"({"id":"female"})");
}

TEST(Map, ReportsValuesThatDoNotFit) {
  EXPECT_EQ(written("src.id as i -> tgt.effective = cast(i, 'dateTime');"),
            "fml-value: the value is no dateTime");
  EXPECT_EQ(written("src.name first as n -> tgt.value = n;"),
            "fml-value: a HumanName cannot be written to \"value\"");
  // A check of the one element of a source was once left out.
  EXPECT_EQ(written("src.id as i check $this = 'p2' -> tgt.id = i;"),
            "fml-check-failed: the check \"$this = 'p2'\" failed");
  EXPECT_EQ(written("src.id as i check $this = 'p1' -> tgt.id = i;"), R"({"id":"p1"})");
  EXPECT_EQ(written("src.name as n check (family = ('A')) then { n.family as f -> tgt.id = f; };"),
            "fml-check-failed: the check \"family = ('A')\" failed");
  EXPECT_EQ(written("src.name : HumanName 3..4 as n -> tgt.id = 'x';"),
            "fml-cardinality: the source has 2 items here");
  EXPECT_EQ(written("src.name as n then { n.family as f -> tgt.id = f; };"),
            "fml-overwritten: the element is written twice; the second value stays");
}

TEST(Map, RefusesTransformsWithoutTheirArguments) {
  for (const std::string name : {"copy", "truncate", "escape", "cast", "append", "reference",
                                 "pointer", "cc", "c", "qty", "id", "cp", "dateOp", "toDate"})
    EXPECT_EQ(written("src -> tgt.id = " + name + "();"),
              "fml-arguments: " + name + "() has the wrong number of arguments");
}

TEST(Map, WalksSeveralElementsOfAPath) {
  const auto* patient =
      R"({"resourceType":"Patient","contact":[{"name":{"given":["a","b"]}},{"name":{"given":["c"]}}]})";
  EXPECT_EQ(written("src.contact.name.given as g -> tgt.note.text = g;", patient),
            R"({"note":[{"text":"a"},{"text":"b"},{"text":"c"}]})");
  EXPECT_EQ(written("src.contact.name.given -> tgt.note.text;", patient),
            R"({"note":[{"text":"a"},{"text":"b"},{"text":"c"}]})");
  EXPECT_EQ(written("src.contact.name.given first as g -> tgt.code.text = g;",
                    R"({"resourceType":"Patient","contact":[{"name":{"given":["a","b"]}}]})"),
            R"({"code":{"text":"a"}})");
}

TEST(Map, NamesVariablesWithoutPercent) {
  EXPECT_EQ(written("src.id as i -> tgt.id = (i & '-' & src.gender);"), R"({"id":"p1-male"})");
  EXPECT_EQ(
      written(
          "src.id as i, src.name as n where (family = 'A' and i = 'p1') then { n.family as f -> tgt.id = f; };"),
      R"({"id":"A"})");
  EXPECT_EQ(
      written(
          "src.id as family, src.name as n where (family = 'A') then { n.family as f -> tgt.id = f; };"),
      R"({"id":"A"})")
      << "elements first";
  EXPECT_EQ(
      written("src.name as n -> tgt.note as t, t.text = evaluate(n, given.join(' ') & family);"),
      R"({"note":[{"text":"x yA"},{"text":"B"}]})");
}

TEST(Map, ReadsDatesOfOtherForms) {
  EXPECT_EQ(written("src -> tgt.effective = dateOp('31.12.2023', 'dd.MM.yyyy') as d;"),
            "fml-value: a System.String cannot be written to \"effective\"");
  EXPECT_EQ(
      written(
          "src -> tgt.effective = create('dateTime') as d, d.value = dateOp('31.12.2023', 'dd.MM.yyyy');"),
      R"({"effectiveDateTime":"2023-12-31"})");
  EXPECT_EQ(written("src -> tgt.issued = toDateTime('20231231 1000', 'yyyyMMdd HHmm', '+01:00');"),
            R"({"issued":"2023-12-31T10:00:00+01:00"})");
  EXPECT_EQ(written("src -> tgt.issued = toDateTime('20231231 1000', 'yyyyMMdd HHmm');"),
            "fml-value: a time of a day needs its time zone");
  EXPECT_EQ(written("src -> tgt.issued = unixToDateTime(1);"),
            R"({"issued":"1970-01-01T00:00:01Z"})");
  EXPECT_EQ(written("src -> tgt.id = toDate('2023-12-31T10:00:00Z');"), R"({"id":"2023-12-31"})");
}

TEST(Map, EvaluatesToNothingOneOrSeveral) {
  EXPECT_EQ(written("src -> tgt.language = (%src.language);"), "}") << "nothing";
  EXPECT_EQ(written("src -> tgt.language = (%src.id);"), R"({"language":"p1"})");
  EXPECT_EQ(written("src -> tgt.note as n, n.text = (%src.name.family);"),
            "fml-cardinality: there are 2 values, the element takes one");
}

TEST(Map, InfersTheSystemOfAContact) {
  const auto contact = [](const std::string& value) {
    return written("src -> tgt.identifier as i, i.assigner = create('Reference') as r, cp('" +
                   value + "') as c, r.display = (%c.system & '|' & %c.value);");
  };
  EXPECT_EQ(contact("a@b.org"), R"({"identifier":[{"assigner":{"display":"email|a@b.org"}}]})");
  EXPECT_EQ(contact("+49 30/123"),
            R"({"identifier":[{"assigner":{"display":"phone|+49 30/123"}}]})");
  EXPECT_EQ(contact("https://b.org"),
            R"({"identifier":[{"assigner":{"display":"url|https://b.org"}}]})");
  EXPECT_EQ(contact("ask me"), R"({"identifier":[{"assigner":{"display":"|ask me"}}]})");
  EXPECT_EQ(written("src -> tgt.value = qty('<= 4.50 mg');"),
            R"({"valueQuantity":{"value":4.50,"comparator":"<=","unit":"mg"}})");
}

TEST(Map, SuggestsTheNearestName) {
  const auto advice = [](const std::string& rules) {
    const Compiled compiled(std::string(kUses) +
                            "group main(source src : Patient, target tgt : Observation) {\n" +
                            rules + "\n}\n");
    return compiled.sink.all().empty() ? ""
                                       : compiled.sink.all()[0].advice.substr(
                                             0, compiled.sink.all()[0].advice.find('?') + 1);
  };
  EXPECT_EQ(advice("src.brithDate as b -> tgt.id = b;"), "did you mean \"birthDate\"?");
  EXPECT_EQ(advice("src.id as b -> tgt.Status = b;"), "did you mean \"status\"?");
  EXPECT_EQ(advice("scr.id as b -> tgt.id = b;"), "did you mean \"src\"?");
  EXPECT_EQ(advice("src.id as b -> tgt.id = apend(b);"), "did you mean \"append\"?");
  EXPECT_EQ(advice("src.id as b then Mian(src, tgt);"), "did you mean \"main\"?");
  EXPECT_EQ(advice("src.id : strng as b -> tgt.id = b;"), "did you mean \"string\"?");
}

TEST(Map, FindsEveryMistakeInOneRun) {
  const Compiled compiled(
      std::string(kUses) +
      "group main(source src : Patient, target tgt : Observation) {\n"
      "  src.nmae as n -> tgt.id = n;\n  src.name as n -> tgt.effectiveDateTime = n;\n  src.name as n -> tgt.value as v;\n"
      "  src.id as i -> tgt.id = nothing(i);\n  src.id as i -> tgt.id = x;\n  src.id as i then Missing(i);\n  src.id as i -> src.id = i;\n"
      "  src.id as i -> tgt.id = translate(i, '#none', 'code');\n}");
  std::vector<std::string> codes;
  for (const auto& d : compiled.sink.all()) codes.emplace_back(diag::info(d.code).name);
  EXPECT_EQ(codes, (std::vector<std::string>{"fml-unknown-element", "fml-unknown-element",
                                             "fml-type-mismatch", "fml-unknown-transform",
                                             "fml-unknown-variable", "fml-unknown-group",
                                             "fml-type-mismatch", "fml-unknown-concept-map"}));
}

TEST(Map, SaysWhereTheTextIsWrong) {
  const Compiled compiled(
      std::string(kUses) +
      "group main(source src : Patient, target tgt) {\n  src.id -> tgt id;\n  src.id as -> tgt.id;\n}");
  ASSERT_GE(compiled.sink.all().size(), 2U);
  EXPECT_EQ(locate(compiled.source, compiled.sink.all()[0].span.begin).line, 5U);
  EXPECT_EQ(locate(compiled.source, compiled.sink.all()[1].span.begin).line, 6U);
}

TEST(Map, RefusesUnknownTypesAndMaps) {
  EXPECT_EQ(
      Compiled(
          "map \"http://x\" = \"x\"\nimports \"http://none\"\ngroup g(source a : Nothing, target b) { a -> b.id = 'x'; }")
          .sink.errors(),
      2U);
}

TEST(Map, StopsGroupsThatCallThemselvesForEver) {
  EXPECT_EQ(run_rules("src then Loop(src, tgt);", kPatient).problem,
            "fml-limit: groups call one another more than 200 deep");
}

TEST(Map, DerivesUuidsFromTheSeed) {
  EXPECT_EQ(written("src -> uuid() as u, tgt.id = u;"), written("src -> uuid() as u, tgt.id = u;"));
}

}  // namespace
}  // namespace paraneo::fml
