#include <gtest/gtest.h>

#include "syntax/parse_expression.h"

namespace paraneo::syntax {
namespace {

struct Parsed {
  explicit Parsed(std::string text) : source{"expression", std::move(text)} {
    tree = parse_expression(source, arena, {}, sink);
  }
  Source source;
  Arena arena;
  diag::Sink sink;
  const Expression* tree = nullptr;
};

std::string printed(const std::string& text) {
  const Parsed parsed(text);
  return parsed.tree == nullptr ? "error: " + parsed.sink.all().at(0).message : print(*parsed.tree);
}

TEST(Expression, PrecedenceIsThatOfTheSpecification) {
  EXPECT_EQ(printed("1 + 2 * 3"), "1 + (2 * 3)");
  EXPECT_EQ(printed("a | b = c"), "(a | b) = c");
  EXPECT_EQ(printed("a and b or c implies d"), "((a and b) or c) implies d");
  EXPECT_EQ(printed("1 < 2 = true"), "(1 < 2) = true");
  EXPECT_EQ(printed("-a.b + c"), "(-a.b) + c");
  EXPECT_EQ(printed("a is B and c in d"), "(a is B) and (c in d)");
  EXPECT_EQ(printed("1 - 2 - 3"), "(1 - 2) - 3");
  EXPECT_EQ(printed("10 mod 3 div 2"), "(10 mod 3) div 2");
}

TEST(Expression, KeepsEveryKindOfTerm) {
  for (const auto* text :
       {"{}", "'it\\'s'", "@2003-10", "@2003-10-05T12:00:00Z", "@T12:30", "4 'mg'", "2 days",
        "%context", "%`us-zip`", "$this.a[0]", "name.where(use = 'official').given.first()",
        "`div`.a", "Observation.value.ofType(FHIR.string)"})
    EXPECT_EQ(printed(text), text);
}

TEST(Expression, PrintsWhatParsesToTheSame) {
  for (const auto* text :
       {"(a + b) * -c", "a.b(c, d)[1] as Quantity", "x.where($this > 3 and $index < 2)"}) {
    const auto once = printed(text);
    EXPECT_EQ(printed(once), once);
  }
}

TEST(Expression, SaysWhereItIsWrong) {
  const Parsed parsed("name.where(use = )");
  ASSERT_EQ(parsed.tree, nullptr);
  EXPECT_EQ(parsed.sink.all()[0].span.begin, 17U);
  EXPECT_EQ(Parsed("a b").sink.all().at(0).message, "the expression should end here");
  EXPECT_EQ(Parsed("'abc").sink.all().at(0).code, diag::Code::syntax_token);
  EXPECT_EQ(Parsed("").sink.all().at(0).message, "the expression ends too early");
}

TEST(Expression, PrintsOddTypeNamesInQuotes) {
  for (const auto* text :
       {"a is FHIR.` b`", "a as System.Integer", "a is `b.c`", "`a`.sort(b desc, c)"})
    EXPECT_EQ(printed(printed(text)), printed(text)) << text;
  EXPECT_EQ(printed("a is FHIR.` b`"), "a is FHIR.` b`");
  EXPECT_EQ(printed("a.sort(-b desc, c asc)"), "a.sort((-b) desc, c)");
  // Names that are operators, too.
  EXPECT_EQ(printed("a.is(B).div(1)"), "a.is(B).div(1)");
}

TEST(Expression, TakesPairsOfSurrogatesAsOneCharacter) {
  EXPECT_EQ(printed(R"('\ud83d\ude00')"), "'\U0001F600'");
  for (const auto* text : {R"('\ud83d')", R"('\ude00\ud83d')", R"('\ud83dx')", R"('\u12')"})
    EXPECT_TRUE(printed(text).starts_with("error: ")) << text;
}

TEST(Expression, RefusesWhatIsNoUtf8) {
  EXPECT_EQ(printed("'a\xff'"), "error: this is not valid UTF-8");
}

TEST(Expression, RefusesNamesWithoutCharacters) {
  EXPECT_EQ(printed("\"\""), "error: a name has at least one character");
  EXPECT_EQ(printed("a.\"\""), "error: a name must follow the point");
  EXPECT_EQ(printed("%''"), "error: a variable's name must follow %");
  EXPECT_EQ(Parsed("a is ``").sink.all().at(0).message, "a name has at least one character");
  EXPECT_EQ(Parsed("``").sink.all().at(0).code, diag::Code::syntax_token);
}

TEST(Expression, RefusesDepthInEveryDirection) {
  EXPECT_EQ(Parsed(std::string(100000, '(')).tree, nullptr);
  EXPECT_EQ(Parsed(std::string(100000, '-') + "1").tree, nullptr);
  std::string chain = "a";
  for (int i = 0; i < 100000; ++i) chain += "+a";
  EXPECT_EQ(Parsed(chain).tree, nullptr);
}

}  // namespace
}  // namespace paraneo::syntax
