#include "fml/observe/coverage.h"

#include <gtest/gtest.h>

#include "fml/text/parse.h"
#include "fml/observe/trace.h"
#include "format/json.h"
#include "json/read.h"

namespace paraneo::fml {
namespace {

const fhirpath::Engine& engine() {
  static const fhirpath::Engine engine(definition::Definitions::builtin());
  return engine;
}

constexpr std::string_view kMap =
    "map \"u\" = \"n\"\n"
    "group main(source src : Patient, target tgt : Basic) {\n"
    "  src.id as i -> tgt.id = i \"id\";\n"
    "  src.name as n where (use = 'usual') -> tgt.extension as e then {\n"
    "    n.family as f -> e.url = f \"family\";\n"
    "  } \"name\";\n"
    "  src.telecom -> tgt.author \"never\";\n"
    "  src.identifier first as id -> tgt.identifier = id \"copy\";\n"
    "}\n";
constexpr std::string_view kPatient =
    R"({"resourceType":"Patient","id":"p","identifier":[{"system":"s","value":"v"},{"value":"w"}],"active":true,)"
    R"("name":[{"use":"usual","family":"F","given":["x","y"]},{"use":"old","family":"G"}]})";

struct World {
  World() {
    map = parse(source, {}, sink);
    library.add(*map);
    program = compile(*map, library, engine(), sink);
  }
  void run(Observer& observer) {
    const Source text{"p", std::string(kPatient)};
    Arena arena;
    const auto* json = json::read(text, arena, {}, sink);
    const auto* from = format::read_json(engine().definitions(), *json, text, {}, arena, sink);
    auto* to = element::make_root(arena, engine().definitions().find_type("Basic"));
    const Limits limits;
    element::Element* const targets[] = {to};
    fml::run(*program, engine(), *from, targets,
             {arena, limits, sink, "seed", std::nullopt, &observer});
    if (auto* coverage = dynamic_cast<Coverage*>(&observer)) coverage->finish();
  }
  Source source{"test.map", std::string(kMap)};
  diag::Sink sink;
  std::unique_ptr<ast::Map> map;
  Library library;
  std::shared_ptr<const Program> program;
};

TEST(Coverage, CountsRulesAndFields) {
  World world;
  ASSERT_NE(world.program, nullptr) << world.sink.all()[0].message;
  const auto names = expression_names(*world.program, world.library);
  Coverage total(*world.program, engine().definitions(), names);
  for (int i = 0; i < 2; ++i) {
    Coverage one(*world.program, engine().definitions(), names);
    world.run(one);
    total.merge(one);
  }
  total.name_fields();
  std::string rules;
  for (const auto& r : total.rules())
    rules += std::string(r.code->name) + " " + std::to_string(r.fired) + ", ";
  EXPECT_EQ(rules, "id 2, name 2, family 2, never 0, copy 2, ");
  std::string fields;
  for (const auto& [name, f] : total.fields())
    fields += name + " " + std::to_string(f.taken) + "/" + std::to_string(f.present) +
              (f.named ? " named" : "") + "\n";
  EXPECT_EQ(fields,
            "Patient.active 0/2\n"
            "Patient.id 2/2\n"
            "Patient.identifier 2/4\n"
            "Patient.identifier.system 2/2\n"
            "Patient.identifier.value 2/4\n"
            "Patient.name 2/4\n"
            "Patient.name.family 2/4\n"
            "Patient.name.given 0/4\n"
            "Patient.name.use 0/4 named\n");
  EXPECT_EQ(total.inputs(), 2U);
}

TEST(Trace, ShowsRulesWithTheirValues) {
  World world;
  std::string text;
  Trace trace(
      engine().definitions(), [&](std::string_view line) { text += std::string(line) + "\n"; },
      nullptr);
  world.run(trace);
  EXPECT_EQ(text,
            "Patient\n"
            "  test.map:3:3  src.id as i -> tgt.id = i \"id\";\n"
            "    < Patient.id = p\n"
            "    > Basic.id = p\n"
            "  test.map:4:3  src.name as n where (use = 'usual') -> tgt.extension as e then\n"
            "    < Patient.name[0] = {\"use\":\"usual\",\"family\":\"F\",\"given\":[\"x\",\"y\"]}\n"
            "    > Basic.extension[0] = (new)\n"
            "    test.map:5:5  n.family as f -> e.url = f \"family\";\n"
            "      < Patient.name[0].family = F\n"
            "      > Basic.extension[0].url = F\n"
            "  test.map:7:3  src.telecom -> tgt.author \"never\";\n"
            "    - not run: no source has such a value\n"
            "  test.map:8:3  src.identifier first as id -> tgt.identifier = id \"copy\";\n"
            "    < Patient.identifier[0] = {\"system\":\"s\",\"value\":\"v\"}\n"
            "    > Basic.identifier[0] = {\"system\":\"s\",\"value\":\"v\"}\n");
}

}  // namespace
}  // namespace paraneo::fml
