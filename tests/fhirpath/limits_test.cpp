// Expressions that want more than they may have: each ends with a message that names the limit.
#include <gtest/gtest.h>

#include "base/exhaust.h"
#include "fhirpath/fhirpath.h"
#include "syntax/parse_expression.h"

namespace paraneo::fhirpath {
namespace {

class Limited : public testing::Test {
 protected:
  // The number of items, or what stopped it and what to do then.
  std::string evaluate(const std::string& text, bool with_clock = false) {
    const Source source{"expression", text};
    Arena arena;
    diag::Sink sink;
    const auto* tree = syntax::parse_expression(source, arena, limits_, sink);
    const auto program = tree == nullptr ? nullptr : engine_.compile(*tree, {}, sink);
    std::optional<Collection> result;
    if (program != nullptr) {
      const SlowClock clock;
      const Budget budget(limits_, arena, with_clock ? &clock : nullptr);
      Environment environment{arena, limits_, std::nullopt, nullptr, nullptr, {}};
      environment.budget = &budget;
      result = engine_.evaluate(*program, Collection(), environment, sink);
    }
    if (result) return std::to_string(result->size());
    return std::string(diag::info(sink.all().at(0).code).name) + ": " + sink.all()[0].message +
           "; " + sink.all()[0].advice;
  }

  // As a caller gets it who wants no diagnostics.
  std::optional<ErrorCode> code_of(const std::string& text, bool with_clock = false) {
    const Source source{"expression", text};
    Arena arena;
    diag::Sink sink;
    const auto* tree = syntax::parse_expression(source, arena, limits_, sink);
    const auto program = tree == nullptr ? nullptr : engine_.compile(*tree, {}, sink);
    if (program == nullptr) return std::nullopt;
    const SlowClock clock;
    const Budget budget(limits_, arena, with_clock ? &clock : nullptr);
    Environment environment{arena, limits_, std::nullopt, nullptr, nullptr, {}};
    environment.budget = &budget;
    const auto result = engine_.evaluate(*program, Collection(), environment);
    return result ? std::nullopt : std::optional(result.error().code);
  }

  Limits limits_;
  Engine engine_{definition::Definitions::builtin()};
};

TEST_F(Limited, Steps) {
  limits_.steps_max = 10'000;
  const auto stopped =
      "fhirpath-limit: the expression takes more than 10000 steps; if that is meant, allow more with --limit steps=...";
  EXPECT_EQ(evaluate("1.repeat($this + 1)"), stopped);
  EXPECT_EQ(evaluate("1.repeatAll($this)"), stopped);
  EXPECT_EQ(evaluate("1.repeat($this | $this + 1 | $this + 2)"), stopped);
}

// What a union costs is in proportion to its items, and not to their pairs.
TEST_F(Limited, UnionsOfManyValues) {
  limits_.steps_max = 200'000;
  const std::string days = "@1900-01-01.repeatAll(($this + 1 day).where($this < @1920-01-01))";
  EXPECT_EQ(evaluate(days + ".distinct()"), "7303");
  EXPECT_EQ(evaluate("(" + days + " | " + days + ")"), "7303");
  EXPECT_EQ(evaluate(days + ".select(iif($this < @1910-01-01, toString(), $this)).distinct()"),
            "7303");
}

TEST_F(Limited, Time) {
  limits_.time_ms_max = 20;
  EXPECT_EQ(
      evaluate("1.repeat($this + 1)", true),
      "fhirpath-limit: the expression takes more than 20 ms; if that is meant, allow more with --limit time=...");
  // Short work does not look at the clock often.
  EXPECT_EQ(evaluate("(1 | 2 | 3).select($this + 1)", true), "3");
}

TEST_F(Limited, EachHasItsCode) {
  limits_.steps_max = 10'000;
  EXPECT_EQ(code_of("1.repeat($this + 1)"), ErrorCode::limit_steps);
  EXPECT_EQ(code_of("(1 | 2).single()"), ErrorCode::evaluation);
  EXPECT_EQ(code_of("1 + 1"), std::nullopt);
  limits_ = {};
  limits_.time_ms_max = 20;
  EXPECT_EQ(code_of("1.repeat($this + 1)", true), ErrorCode::limit_time);
}

TEST_F(Limited, MemoryOfExponentialExpressions) {
  limits_.evaluation_bytes_max = 1 << 20;
  const auto stopped =
      "fhirpath-limit: the expression needs more than 1048576 bytes of memory; if that is meant, allow more with --limit memory=...";
  const auto doubled = times(60, ".select($this & $this)");
  EXPECT_EQ(evaluate("'ab'" + doubled), stopped);
  std::string variables = "1.defineVariable('v0', 1.combine(1))";
  for (int i = 1; i < 60; ++i)
    variables += ".defineVariable('v" + std::to_string(i) + "', %v" + std::to_string(i - 1) +
                 ".combine(%v" + std::to_string(i - 1) + "))";
  EXPECT_EQ(evaluate(variables), stopped);
  EXPECT_EQ(evaluate("'<'" + doubled + ".escape('html')"), stopped);
}

TEST_F(Limited, Depth) {
  const std::string stopped =
      "syntax-expression: the expression is nested deeper than 200; if that is meant, allow more with --limit depth=...";
  for (const auto* opening : {"(", "-", "a[", "iif(", "a.where(", "1 + (", "not(", "a | b.c("})
    EXPECT_EQ(evaluate(times(100'000, opening)), stopped) << opening;
  for (const auto* link : {" + 1", ".a", "[0]", ".first()", " and true", " is Patient"})
    EXPECT_EQ(evaluate("a" + times(90'000, link)), stopped) << link;
  EXPECT_EQ(evaluate(times(190, "(") + "1" + times(190, ")")), "1");
}

TEST_F(Limited, Size) {
  const auto fits = "'" + std::string((1 << 20) - 2, 'a') + "'";
  EXPECT_EQ(evaluate(fits), "1");
  EXPECT_EQ(
      evaluate(fits + " "),
      "syntax-expression: the expression is longer than 1048576 bytes; if that is meant, allow more with --limit size=...");
  // Wide, not deep.
  const auto many = "coalesce(" + times(250'000, "{},") + "1)";
  EXPECT_EQ(evaluate(many), "1");
}

TEST_F(Limited, TextsThatAreHardToFind) {
  const auto text = "('" + std::string(400'000, 'a') + "')";
  const auto part = "'" + std::string(100'000, 'a') + "b" + std::string(100'000, 'a') + "'";
  for (const auto* function : {".indexOf(", ".lastIndexOf(", ".contains(", ".split("})
    EXPECT_EQ(evaluate(text + function + part + ")"), "1") << function;
  EXPECT_TRUE(evaluate(text + ".matches(" + part + ")")
                  .starts_with("fhirpath-limit: the expression takes more than 20000000 steps"));
}

TEST_F(Limited, RegularExpressionsThatBlowUp) {
  const auto text = "'" + std::string(100'000, 'a') + "!'";
  EXPECT_EQ(evaluate(text + ".matches('^(a+)+$')"), "1");
  EXPECT_EQ(evaluate(text + ".replaceMatches('(a*)*(a*)*$', 'x')"), "1");
  EXPECT_TRUE(evaluate(text + ".matches('^(?=a)(a+)+$')")
                  .starts_with("fhirpath-limit: the regular expression takes too many steps"));
  EXPECT_TRUE(evaluate("'a'.matches('((a{1,1000}){1,1000}){1,1000}')")
                  .starts_with("fhirpath-evaluation: the regular expression cannot be used"));
}

// Each search runs to the end of the text before it takes one character.
TEST_F(Limited, ReplacementsThatLookFarAhead) {
  limits_.steps_max = 100'000;
  const auto text = "'" + std::string(50'000, 'a') + "'";
  EXPECT_TRUE(evaluate(text + ".replaceMatches('a[^b]*b|a', 'c')")
                  .starts_with("fhirpath-limit: the expression takes more than 100000 steps"));
}

}  // namespace
}  // namespace paraneo::fhirpath
