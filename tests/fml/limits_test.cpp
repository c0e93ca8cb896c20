// Maps that want more than they may have: each ends with a message that names the limit.
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/exhaust.h"
#include "fml/compile/check.h"
#include "fml/compile/compile.h"
#include "fml/text/parse.h"
#include "fml/run/run.h"
#include "format/json.h"
#include "json/read.h"

namespace paraneo::fml {
namespace {

constexpr std::string_view kHead =
    "map \"http://x/m\" = \"m\"\n"
    "uses \"http://hl7.org/fhir/StructureDefinition/Patient\" alias Patient as source\n"
    "uses \"http://hl7.org/fhir/StructureDefinition/Observation\" alias Observation as target\n"
    "group main(source src : Patient, target tgt : Observation) {\n";

// All messages of the map with these rules, over a patient.
std::string outcome(const std::string& rules, const Limits& limits = {},
                    const Clock* clock = nullptr) {
  static const fhirpath::Engine engine(definition::Definitions::builtin());
  const Source source{"test.map", std::string(kHead) + rules + "\n}\n"};
  diag::Sink sink;
  Library library;
  const auto map = parse(source, limits, sink);
  if (map != nullptr) library.add(*map);
  const auto program = map == nullptr ? nullptr : compile(*map, library, engine, sink);
  if (program != nullptr) {
    const Source text{
        "patient.json",
        R"({"resourceType":"Patient","id":"p","name":[{"family":"A"},{"family":"B"}]})"};
    Arena arena;
    const auto* patient = format::read_json(
        engine.definitions(), *json::read(text, arena, {}, sink), text, {}, arena, sink);
    auto* target = element::make_root(arena, engine.definitions().find_type("Observation"));
    run(*program, engine, *patient, std::span(&target, 1),
        {arena, limits, sink, "seed", std::nullopt, nullptr, clock});
  }
  std::string out;
  for (const auto& d : sink.all())
    out += std::string(diag::info(d.code).name) + ": " + d.message + "; " + d.advice + "\n";
  return out;
}

std::string at_limit(const std::string& code, const std::string& message, const std::string& name) {
  return code + ": " + message + "; if that is meant, allow more with --limit " + name + "=...\n";
}

const std::string kLoop = "src then Loop(src, tgt);\n}\ngroup Loop(source s, target t) {\n";

TEST(MapLimits, GroupsThatCallOneAnotherWithoutEnd) {
  EXPECT_EQ(outcome(kLoop + "s then Loop(s, t);"),
            at_limit("fml-limit", "groups call one another more than 200 deep", "depth"));
}

TEST(MapLimits, RulesThatNestInGroupsThatNest) {
  EXPECT_EQ(outcome(kLoop + times(190, "s then { ") + "s then Loop(s, t);" + times(190, " };")),
            at_limit("fml-limit", "groups call one another more than 200 deep", "depth"));
  EXPECT_EQ(outcome(kLoop + times(190, "s check true then { ") + "s then Loop(s, t);" +
                    times(190, " };")),
            at_limit("fml-limit", "more than 2000 sources are nested", "depth"));
}

TEST(MapLimits, SourcesOfOneRule) {
  EXPECT_EQ(outcome(times(50'000, "src,") + "src -> tgt.id = 'x';"), "");
  EXPECT_EQ(outcome(times(50'000, "src where true,") + "src -> tgt.id = 'x';"), "");
  EXPECT_EQ(outcome(times(50'000, "src check true,") + "src -> tgt.id = 'x';"),
            at_limit("fml-limit", "more than 2000 sources are nested", "depth"));
}

TEST(MapLimits, Steps) {
  Limits limits;
  limits.steps_max = 1'000;
  const auto stopped = at_limit("fml-limit", "the map takes more than 1000 steps", "steps");
  EXPECT_EQ(
      outcome(times(20, "src.name then { ") + "src -> tgt.note as a;" + times(20, " };"), limits),
      stopped);
  EXPECT_EQ(outcome(times(20, "src.name as n, ") + "src -> tgt.note as a;", limits), stopped);
}

TEST(MapLimits, OneExpressionAtItsLimitEndsTheMap) {
  Limits limits;
  limits.steps_max = 1'000;
  EXPECT_EQ(
      outcome(
          "src.name as n where 1.repeat($this + 1).exists() -> tgt.id = 'x';\nsrc.name as n where 1.repeat($this + 1).exists() -> tgt.id = 'y';",
          limits),
      at_limit("fml-limit", "the expression takes more than 1000 steps", "steps"));
}

TEST(MapLimits, Time) {
  Limits limits;
  limits.time_ms_max = 20;
  const SlowClock clock;
  const auto deep = times(20, "src.name then { ") + "src -> tgt.note as a;" + times(20, " };");
  EXPECT_EQ(outcome(deep, limits, &clock),
            at_limit("fml-limit", "the map takes more than 20 ms", "time"));
  EXPECT_EQ(outcome("src where 1.repeat($this + 1).exists() -> tgt.id = 'x';", limits, &clock),
            at_limit("fml-limit", "the expression takes more than 20 ms", "time"));
}

TEST(MapLimits, MemoryOfAllExpressionsTogether) {
  Limits limits;
  limits.evaluation_bytes_max = 1 << 20;
  const auto each = times(12, "src.name as n, ");
  const auto text = "(" + times(60, "'0123456789' & ") + "'x')";
  EXPECT_NE(outcome(each + "src as s -> tgt.id = (" + text + ".substring(0, 1));", limits)
                .find("bytes of memory; if that is meant, allow more with --limit memory="),
            std::string::npos);
  // What a condition takes is given back.
  EXPECT_EQ(outcome(each + "src as s where " + text + ".length() < 5 -> tgt.id = 'x';", limits),
            "");
}

// No limit stops the ordering of lists: it is linear. 2^17 items took minutes.
TEST(MapLimits, ListsInOrder) {
  const auto began = steady_clock().now_ms();
  EXPECT_EQ(outcome(times(17, "src.name as n, ") +
                    "src as s -> tgt.note as a first, tgt.note as b, tgt.note as c last;"),
            "");
  EXPECT_LT(steady_clock().now_ms() - began, 5'000);
}

TEST(MapLimits, NestingAndSizeOfTheText) {
  const auto deep = at_limit("fml-syntax", "rules are nested deeper than 200", "depth");
  EXPECT_TRUE(outcome(times(80'000, "src then { ")).starts_with(deep));
  EXPECT_TRUE(outcome("src where " + times(100'000, "("))
                  .starts_with(at_limit("syntax-expression",
                                        "the expression is nested deeper than 200", "depth")));
  EXPECT_EQ(outcome(times(1 << 16, "src -> tgt.id = 'x';")),
            at_limit("fml-syntax", "the map is longer than 1048576 bytes", "size"));
  for (const auto* text : {"{", "}", "group g(", "src -> ", "src then ", "src as ", "'", "\"", "/*",
                           "conceptmap \"x\" {", ";", "<<", "/// a.b.c = \"\"\"\n"})
    EXPECT_FALSE(outcome(times(40'000, text)).empty()) << text;
}

}  // namespace
}  // namespace paraneo::fml
