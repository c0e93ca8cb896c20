#include "fhirpath/fhirpath.h"

#include <gtest/gtest.h>

#include "json/read.h"
#include "syntax/parse_expression.h"

namespace paraneo::fhirpath {
namespace {

constexpr const char* kObservation =
    R"({"resourceType":"Observation","id":"o","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2157-6"},{"code":"local"}],"text":"CK"},)"
    R"("_effectiveDateTime":{"extension":[{"url":"http://x/absent","valueCode":"unknown"}]},"valueQuantity":{"value":26.0,"unit":"U/L"},"note":[{"text":"a#b"}]})";

class FhirPath : public testing::Test {
 protected:
  FhirPath() : source_{"observation.json", kObservation} {
    root_ = fhir::read_json(fhir::Definitions::builtin(), *json::read(source_, arena_, {}, sink_), source_, {}, arena_, sink_);
  }

  // The result as text, or what is wrong.
  std::string evaluate(const std::string& text, Limits limits = {}) {
    const Source source{"expression", text};
    Arena arena;
    diag::Sink sink;
    const auto* tree = syntax::parse_expression(source, arena, limits, sink);
    if (tree == nullptr) return "syntax";
    const std::string_view names[] = {"key"};
    const auto program = engine_.compile(*tree, {root_->type, names}, sink);
    if (program == nullptr) return std::string(diag::info(sink.all().at(0).code).name);
    const Collection variables[] = {Collection(arena, Item::of_string("ck-1"))};
    const Environment environment{arena, limits, std::nullopt, nullptr, nullptr, variables};
    const auto result = engine_.evaluate(*program, Collection(arena, Item::of(root_)), environment);
    if (!result) return "error: " + result.error().what;
    std::string out;
    for (const auto& item : *result) {
      if (!out.empty()) out += ", ";
      out += text_of(engine_.system_value(item, arena), arena).value_or("<" + engine_.type_name(item) + ">");
    }
    return out;
  }

  Source source_;
  Arena arena_;
  diag::Sink sink_;
  fhir::Element* root_ = nullptr;
  Engine engine_{fhir::Definitions::builtin()};
};

TEST_F(FhirPath, NavigatesAndFilters) {
  EXPECT_EQ(evaluate("code.coding.where(system = %loinc).code"), "2157-6");
  EXPECT_EQ(evaluate("Observation.code.coding[1].code"), "local");
  EXPECT_EQ(evaluate("code.coding.count()"), "2");
  EXPECT_EQ(evaluate("value.ofType(Quantity).value"), "26.0");
}

TEST_F(FhirPath, SeesExtensionsOfPrimitivesWithoutValue) {
  EXPECT_EQ(evaluate("effective.hasValue()"), "false");
  EXPECT_EQ(evaluate("effective.extension('http://x/absent').value"), "unknown");
}

TEST_F(FhirPath, KeepsWrittenDecimals) {
  EXPECT_EQ(evaluate("value.value.toString()"), "26.0");
  EXPECT_EQ(evaluate("value.value = 26"), "true");
}

TEST_F(FhirPath, TakesTheCallersVariables) { EXPECT_EQ(evaluate("'#' & %key"), "#ck-1"); }

TEST_F(FhirPath, CutsStrings) {
  EXPECT_EQ(evaluate("note.text.split('#').last()"), "b");
  EXPECT_EQ(evaluate("'a,b'.replaceMatches('([a-z]),([a-z])', '$2-$1')"), "b-a");
  EXPECT_EQ(evaluate("'käse'.substring(1, 2)"), "äs");
}

TEST_F(FhirPath, FindsMistakesBeforeItRuns) {
  EXPECT_EQ(evaluate("code.codding"), "fhirpath-unknown-element");
  EXPECT_EQ(evaluate("valueQuantity.value"), "fhirpath-unknown-element");
  EXPECT_EQ(evaluate("code.frist()"), "fhirpath-unknown-function");
  EXPECT_EQ(evaluate("code.first(1)"), "fhirpath-arguments");
  EXPECT_EQ(evaluate("%nothing"), "fhirpath-unknown-variable");
  EXPECT_EQ(evaluate("value.ofType(Nothing)"), "fhirpath-unknown-type");
}

TEST_F(FhirPath, ReportsWrongCardinality) {
  EXPECT_EQ(evaluate("code.coding.single()"), "error: single() found 2 items");
  EXPECT_EQ(evaluate("code.coding.code + 'x'"), "error: one item is needed here, there are 2");
}

TEST_F(FhirPath, StopsWhatNeverEnds) {
  Limits limits;
  limits.steps_max = 10'000;
  EXPECT_EQ(evaluate("1.repeat($this + 1)", limits), "error: the expression takes more than 10000 steps");
}

TEST_F(FhirPath, DoesNotBlowUpOnRegularExpressions) {
  EXPECT_EQ(evaluate("'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.matches('^(a+)+$')"), "false");
}

TEST_F(FhirPath, AsksForTheClockInsteadOfReadingIt) {
  EXPECT_EQ(evaluate("now()"), "error: the time of day is not available here");
}

}  // namespace
}  // namespace paraneo::fhirpath
