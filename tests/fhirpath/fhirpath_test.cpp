#include <gtest/gtest.h>

#include "expressions.h"

namespace paraneo::fhirpath {
namespace {

class FhirPath : public Expressions {};

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

// effective is a dateTime that says only why it is absent.
TEST_F(FhirPath, TakesAPrimitiveWithoutValueForNone) {
  EXPECT_EQ(evaluate("effective.exists()"), "true");
  for (const auto* text : {"effective and true",
                           "effective or false",
                           "effective.not()",
                           "effective = @2020",
                           "effective != @2020",
                           "effective > @2020",
                           "effective + 1 day",
                           "effective.toString()",
                           "effective.convertsToString()",
                           "effective.type().name.upper().lower().substring(effective)",
                           "effective.getValue()",
                           "effective.value",
                           "effective.yearOf()",
                           "effective.lowBoundary()",
                           "(effective).join('-')",
                           "-effective",
                           "effective.memberOf('http://hl7.org/fhir/ValueSet/observation-status')",
                           "effective.toDate()",
                           "effective.select($this).allTrue()",
                           "(effective).allFalse()"})
    EXPECT_EQ(evaluate(text), "") << text;
  EXPECT_EQ(evaluate("effective & 'x'"), "x");
  EXPECT_EQ(evaluate("(status | effective).join('-')"), "final");
  EXPECT_EQ(evaluate("iif(effective, 'yes', 'no')"), "no");
  EXPECT_EQ(evaluate("effective.where($this).count()"), "0");
  EXPECT_EQ(evaluate("effective.all($this)"), "false");
  EXPECT_EQ(evaluate("effective ~ @2020"), "false");
  EXPECT_EQ(evaluate("effective = effective"), "true");
  EXPECT_EQ(evaluate("(status | effective).sort().last()"), "final");
  EXPECT_EQ(evaluate("((2 > 1) | effective).anyTrue()"), "true");
}

TEST_F(FhirPath, TakesALowerCaseNameForAnElement) {
  EXPECT_EQ(evaluate("code.coding.where(code.exists()).count()"), "2");
  EXPECT_EQ(evaluate("descendants().where(code.exists()).count()"), "2");
  EXPECT_EQ(evaluate("status.select(code)"), "fhirpath-unknown-element");
  EXPECT_EQ(evaluate("code.coding.select(Coding.code)"), "2157-6, local");
}

TEST_F(FhirPath, HasAPrimitivesValueAsItsChild) {
  EXPECT_EQ(evaluate("status.value"), "final");
  EXPECT_EQ(evaluate("status.value.exists() and status.value is System.String"), "true");
  EXPECT_EQ(evaluate("note.text.value.length()"), "3");
  EXPECT_EQ(evaluate("%key.value"), "");
}

TEST_F(FhirPath, ComputesNamesOfVariables) {
  EXPECT_EQ(evaluate("code.coding.defineVariable('a' & 'b', 7).select(%ab)"), "7, 7");
  EXPECT_EQ(evaluate("defineVariable(status, code.text).select(%final)"), "CK");
  EXPECT_EQ(
      evaluate(
          "defineVariable(defineVariable('param', 'ppp').select(%param), defineVariable('param', 'value').select(%param)).select(%ppp)"),
      "value");
  EXPECT_EQ(evaluate("defineVariable('a' & '', 1).select(%b)"), "error: there is no variable %b");
  EXPECT_EQ(evaluate("%b"), "fhirpath-unknown-variable");
  EXPECT_EQ(evaluate("select(defineVariable('a' & '', 1)).select(%a)"),
            "error: there is no variable %a");
  for (const auto* name :
       {"'con' & 'text'", "%key.substring(0, 0) & 'key'", "'x' & ''", "'y' & ''"})
    EXPECT_EQ(evaluate("defineVariable('x', 1).defineVariable('y' & '', 2).defineVariable(" +
                       std::string(name) + ", 3)")
                  .substr(0, 34),
              "error: there is already a variable")
        << name;
  EXPECT_EQ(evaluate("defineVariable('a' & '', 1).defineVariable('a', 2)"),
            "error: there is already a variable %a");
  EXPECT_EQ(evaluate("defineVariable({}, 1)"), "");
  EXPECT_EQ(evaluate("defineVariable(1, 1)"),
            "error: a string is needed here, found System.Integer");
  EXPECT_EQ(evaluate("(1 | 3 | 2).sort($this.defineVariable('a' & '', $this).select(%a) desc)"),
            "3, 2, 1");
}

TEST_F(FhirPath, UnitesWhatIsEqualHoweverItIsWritten) {
  EXPECT_EQ(evaluate("(@2021-01-01 | @2021-01-01T | @2021-01 | @2021 | @2021-01-01).count()"), "3");
  EXPECT_EQ(
      evaluate("(@2021-01-01T10:00:00Z | @2021-01-01T11:00:00.0+01:00 | '2021-01-01').count()"),
      "2");
  EXPECT_EQ(evaluate("(1.0 | 1 | 1.00 | '1').count()"), "2");
}

TEST_F(FhirPath, Aggregates) {
  EXPECT_EQ(evaluate("(1 | 2 | 3).sum()"), "6");
  EXPECT_EQ(evaluate("(1.0 | 2.5).sum()"), "3.5");
  EXPECT_EQ(evaluate("(1.0 'mg' | 2.0 'mg').sum()"), "3.0 'mg'");
  EXPECT_EQ(evaluate("(5.5 | 4.7 | 4.8).avg()"), "5");
  EXPECT_EQ(evaluate("(1 | 2).avg()"), "1.5");
  EXPECT_EQ(evaluate("(2 'cm' | 4 'cm').avg()"), "3 'cm'");
  EXPECT_EQ(evaluate("(2 | 8 | 4).min() & '-' & (2 | 8 | 4).max()"), "2-8");
  EXPECT_EQ(evaluate("(@2012-12-31 | @2013-01-01 | @2012-01-01).max()"), "2013-01-01");
  EXPECT_EQ(evaluate("('b' | 'a').min()"), "a");
  EXPECT_EQ(evaluate("{}.sum() | {}.min() | {}.avg()"), "");
  EXPECT_EQ(evaluate("(1 | 'a').sum()"),
            "error: sum() takes items of one type, found System.Integer and System.String");
  EXPECT_EQ(evaluate("('a' | 'b').sum()"), "error: a number is needed here, found System.String");
  EXPECT_EQ(evaluate("(@2012 | @2012-01).min()"), "") << "nobody knows";
  EXPECT_EQ(evaluate("(9223372036854775807 | 1).sum()"), "");
}

TEST_F(FhirPath, SaysThatJsonHasAnotherName) {
  EXPECT_EQ(evaluate("valueQuantity"), "fhirpath-unknown-element");
  EXPECT_EQ(evaluate("descendants().valueDate"), "fhirpath-unknown-element");
}

TEST_F(FhirPath, TakesTheCallersVariables) { EXPECT_EQ(evaluate("'#' & %key"), "#ck-1"); }

// A condition is decided by other code than a value (decision.h).
TEST_F(FhirPath, DecidesAConditionAsItsValueIs) {
  const auto element = [&](std::string_view name) {
    return root_->child(engine_.definitions().find_symbol(name));
  };
  const Collection one(Item::of(element("code")));
  Collection two = one;
  two.push(arena_, Item::of(element("note")));
  const Collection inputs[] = {Collection(Item::of(root_)),
                               one,
                               two,
                               Collection(),
                               Collection(Item::of(element("status"))),
                               Collection(Item::of(element("effective"))),
                               Collection(Item::of_string("final"))};
  const std::string focuses[] = {"status", "code", "code.text", "coding",      "text",   "value",
                                 "$this",  "%key", "%key.text", "Observation", "nothing"};
  const std::string ends[] = {".exists()", ".empty()", " = 'final'", " != 'final'", " = 'CK'"};
  std::vector<std::string> atoms;
  for (const auto& focus : focuses)
    for (const auto& end : ends) atoms.push_back(focus + end);
  atoms.emplace_back("'final' = status");
  atoms.emplace_back("exists()");
  // What only running it tells, and what asks for two at once.
  atoms.emplace_back("children().count() > 2");
  atoms.emplace_back("status.exists() = text.exists()");
  atoms.emplace_back("%key.text.exists() != coding.empty()");
  std::vector<std::string> conditions = atoms;
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    const auto& other = atoms[(i * 7 + 3) % atoms.size()];
    conditions.push_back(atoms[i] + " and " + other);
    conditions.push_back(atoms[i] + " or " + other);
    conditions.push_back(atoms[i] + " and (" + other + " or " + atoms[(i * 5 + 1) % atoms.size()] +
                         ")");
  }
  std::size_t held = 0;
  for (const auto& text : conditions) {
    const Source source{"expression", text};
    diag::Sink sink;
    const std::string_view names[] = {"key"};
    const auto compiled = [&](const Source& from) {
      const auto* tree = syntax::parse_expression(from, arena_, {}, sink);
      return tree == nullptr ? nullptr : engine_.compile(*tree, {0, names}, sink);
    };
    const auto program = compiled(source);
    ASSERT_NE(program, nullptr) << text << ": " << sink.all().at(0).message;
    // Always run, never decided.
    const Source run{"expression", "false or (" + text + ")"};
    const auto run_program = compiled(run);
    ASSERT_NE(run_program, nullptr) << text;
    for (const auto& variable : inputs) {
      for (const auto& input : inputs) {
        const Limits limits;
        const Environment environment{arena_,  limits,  std::nullopt,
                                      nullptr, nullptr, {&variable, 1}};
        const auto value = engine_.evaluate(*run_program, input, environment);
        const auto at_once = engine_.evaluate(*program, input, environment);
        const auto tested = engine_.test(*program, input, environment);
        ASSERT_TRUE(value && at_once && tested) << text;
        EXPECT_EQ(value->empty(), at_once->empty()) << text;
        EXPECT_EQ(is_true(engine_, *value, arena_), is_true(engine_, *at_once, arena_)) << text;
        EXPECT_EQ(*tested, is_true(engine_, *value, arena_))
            << text << " of input " << &input - inputs << ", %key " << &variable - inputs;
        if (*tested) ++held;
      }
    }
  }
  EXPECT_GT(held, conditions.size());
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
  EXPECT_EQ(evaluate("1.repeat($this + 1)", limits),
            "error: the expression takes more than 10000 steps");
}

TEST_F(FhirPath, AsksForTheClockInsteadOfReadingIt) {
  EXPECT_EQ(evaluate("now()"), "error: the time of day is not available here");
}

TEST_F(FhirPath, Sorts) {
  EXPECT_EQ(evaluate("(3 | 1 | 2).sort()"), "1, 2, 3");
  EXPECT_EQ(evaluate("(3 | 1 | 2).sort($this desc)"), "3, 2, 1");
  EXPECT_EQ(evaluate("code.coding.sort(system).code"), "local, 2157-6");
  EXPECT_EQ(evaluate("code.coding.sort(system desc).code"), "2157-6, local");
  EXPECT_EQ(evaluate("('a' | 1).sort()"),
            "error: System.Integer and System.String cannot be compared");
}

TEST_F(FhirPath, DefinesVariablesInTheirScope) {
  EXPECT_EQ(evaluate("code.defineVariable('c').coding.select(%c.text & ':' & code)"),
            "CK:2157-6, CK:local");
  EXPECT_EQ(evaluate("code.defineVariable('n', coding.count()).select(%n + 1)"), "3");
  EXPECT_EQ(evaluate("code.select(defineVariable('x')).select(%x)"), "fhirpath-unknown-variable");
  EXPECT_EQ(evaluate("code.defineVariable('x').text | %x"), "fhirpath-unknown-variable");
  EXPECT_EQ(evaluate("defineVariable('key')"), "fhirpath-arguments");
  EXPECT_EQ(evaluate("defineVariable('a').defineVariable('a')"), "fhirpath-arguments");
}

TEST_F(FhirPath, StopsWhatGrowsWithoutEnd) {
  Limits limits;
  limits.evaluation_bytes_max = 1 << 20;
  const auto stopped = "error: the expression needs more than 1048576 bytes of memory";
  std::string many = "(0";
  for (int i = 1; i < 64; ++i) many += "|" + std::to_string(i);
  many += ")";
  EXPECT_EQ(evaluate(many + ".aggregate($total.combine($total), 1)", limits), stopped);
  EXPECT_EQ(evaluate(many + ".aggregate($total & $total, 'a')", limits), stopped);
  EXPECT_EQ(evaluate(many + ".aggregate($total.replace('', $total), 'ab')", limits), stopped);
  EXPECT_EQ(evaluate(many + ".aggregate($total.replaceMatches('.', $total), 'ab')", limits),
            stopped);
  limits.steps_max = 10'000;
  EXPECT_EQ(evaluate("1.repeatAll($this)", limits),
            "error: the expression takes more than 10000 steps");
}

}  // namespace
}  // namespace paraneo::fhirpath
