#include "fml/text/line_layout.h"

#include <gtest/gtest.h>

namespace paraneo::fml {
namespace {

TEST(LineLayout, LeavesWhatFitsAsItIs) {
  EXPECT_EQ(laid_out("a.b as c where (x='y') -> d.e = c;", 2, 100),
            "a.b as c where (x='y') -> d.e = c;");
}

TEST(LineLayout, BreaksWhereThePartsBindLeast) {
  EXPECT_EQ(laid_out("f where (a and b or c and d) then Other(f, g)", 0, 20),
            "f where (\n"
            "  a and b\n"
            "  or c and d)\n"
            "    then Other(f, g)");
}

TEST(LineLayout, BreaksAChainAtEachCallAndOneCallInItsBrackets) {
  EXPECT_EQ(laid_out("%list.where(a).select(b).first()", 0, 20),
            "%list\n"
            "    .where(a)\n"
            "    .select(b)\n"
            "    .first()");
  EXPECT_EQ(laid_out("%list.where(aaaa = bbbb)", 0, 20),
            "%list.where(\n"
            "  aaaa = bbbb)");
}

TEST(LineLayout, FillsLinesWithWhatIsShort) {
  EXPECT_EQ(laid_out("x in ('a' | 'b' | 'c' | 'd' | 'e')", 0, 20),
            "x in (\n"
            "  'a' | 'b' | 'c'\n"
            "  | 'd' | 'e')");
}

TEST(LineLayout, GivesTheSameTextWhereverItWasBrokenBefore) {
  const std::string_view text =
      "f.x as v where (%a.where(b = 'c').exists() and ((d | e).exists() or not(f))) then G(f, v), "
      "H(v)";
  for (const std::size_t columns : {10U, 20U, 40U, 60U, 200U}) {
    const auto once = laid_out(text, 2, columns);
    EXPECT_EQ(laid_out(once, 2, columns), once) << columns;
    EXPECT_EQ(laid_out(once, 2, 500), text) << columns;
  }
}

TEST(LineLayout, KeepsBlanksAsTheyWere) {
  const std::string_view text = "f where ( a   = 'b'  or c|d  and  e .f() ) then Other(f)";
  for (const std::size_t columns : {10U, 20U, 40U, 60U})
    EXPECT_EQ(laid_out(laid_out(text, 0, columns), 0, 500), text) << columns;
}

TEST(LineLayout, TakesTextsAndBracketsThatNeverEnd) {
  EXPECT_EQ(laid_out("a 'b", 0, 2), "a 'b");
  EXPECT_FALSE(laid_out("a((((b", 0, 2).empty());
  EXPECT_FALSE(laid_out("))))", 0, 2).empty());
  EXPECT_EQ(laid_out("", 0, 2), "");
}

}  // namespace
}  // namespace paraneo::fml
