#include <gtest/gtest.h>

#include "expressions.h"

namespace paraneo::fhirpath {
namespace {

class FhirPathStrings : public Expressions {};

TEST_F(FhirPathStrings, KnowsCaseAndWhiteSpaceOfAllScripts) {
  EXPECT_EQ(evaluate("'stra\u00dfe \u00e9\u03b2\u0434'.upper()"), "STRASSE \u00c9\u0392\u0414");
  EXPECT_EQ(evaluate("'\u00c9\u0392\u0414'.lower()"), "\u00e9\u03b2\u0434");
  EXPECT_EQ(evaluate("'STRASSE' ~ 'stra\u00dfe'"), "true");
  EXPECT_EQ(evaluate("'\u00c4 b' ~ '\u00e4\u00a0B'"), "true");
  EXPECT_EQ(evaluate("'a\\tb' ~ 'a b'"), "true");
  EXPECT_EQ(evaluate("'a  b' ~ 'a b'"), "false");
  EXPECT_EQ(evaluate("' a' ~ 'a'"), "false");
  EXPECT_EQ(evaluate("' \\t\\r\\na\u00a0 '.trim()"), "a\u00a0");
}

TEST_F(FhirPathStrings, KnowsTheRegularExpressionsThatPeopleWrite) {
  EXPECT_EQ(evaluate("'Passw0rd'.matches('^(?=.*[0-9])(?=.*[A-Z]).{8,}$')"), "true");
  EXPECT_EQ(evaluate("'password'.matches('^(?=.*[0-9]).*$')"), "false");
  EXPECT_EQ(evaluate("'abab'.matchesFull('(ab)\\\\1')"), "true");
  EXPECT_EQ(evaluate("'xabab'.matchesFull('(ab)\\\\1')"), "false");
  EXPECT_EQ(evaluate("'a1b2'.replaceMatches('[a-z](?=2)', '<$0>')"), "a1<b>2");
  EXPECT_EQ(
      evaluate(
          "'11/30/1972'.replaceMatches('(?<month>[0-9]{1,2})/(?<day>[0-9]{1,2})/(?<year>[0-9]{2,4})', '${day}-${month}-${year}')"),
      "30-11-1972");
  EXPECT_EQ(evaluate("'one\\nTwo'.matches('^two$', 'im')"), "true");
  EXPECT_EQ(evaluate("'one\\nTwo'.matches('^two$', 'i')"), "false");
  EXPECT_EQ(evaluate("'aXbx'.replaceMatches('x', '-', 'i')"), "a-b-");
  EXPECT_EQ(evaluate("'a'.matches('a', 'q')"),
            "error: \"q\" are no flags of a regular expression: these are i and m");
  EXPECT_EQ(evaluate("'a'.matches('(?<=')").substr(0, 41),
            "error: the regular expression cannot be u");
}

TEST_F(FhirPathStrings, EncodesToAscii) {
  EXPECT_EQ(evaluate("'K\u00e4se'.encode('ascii')"), "K?se");
  EXPECT_EQ(evaluate("'ff'.decode('hex')"), "") << "no UTF-8";
}

TEST_F(FhirPathStrings, CutsStrings) {
  EXPECT_EQ(evaluate("note.text.split('#').last()"), "b");
  EXPECT_EQ(evaluate("'a,b'.replaceMatches('([a-z]),([a-z])', '$2-$1')"), "b-a");
  EXPECT_EQ(evaluate("'aXbX'.replaceMatches('X?', '-')"), "-a-b-");
  EXPECT_EQ(evaluate("'K\u00e4se'.replaceMatches('x*', '-')"), "-K-\xC3\xA4-s-e-");
  EXPECT_EQ(evaluate("'käse'.substring(1, 2)"), "äs");
}

// A union of literals is made when the expression is compiled.
TEST_F(FhirPathStrings, UnitesLiteralsOnce) {
  EXPECT_EQ(evaluate("'b' | 'a' | 'b' | 'c'"), "b, a, c");
  EXPECT_EQ(evaluate("('a' | 'b') | ('b' | 'd') | 'e'"), "a, b, d, e");
  EXPECT_EQ(evaluate("'a' | ('b' | 'a')"), "a, b");
  EXPECT_EQ(evaluate("('a' | 'b') | {} | 1"), "a, b, 1");
  EXPECT_EQ(evaluate("status in ('amended' | 'final')"), "true");
  EXPECT_EQ(evaluate("('amended' | 'corrected') contains status"), "false");
  EXPECT_EQ(evaluate("5 in ('5' | '6')"), "false");
  EXPECT_EQ(evaluate("{} in ('5' | '6')"), "");
  // Who adds to it adds to a copy.
  EXPECT_EQ(evaluate("(1 | 2).select(('a' | 'b').combine('c').combine('d').count())"), "4, 4");
  EXPECT_EQ(evaluate("(1 | 2).select(('a' | 'b' | 'c' | 'd' | 'e').combine('f').count())"), "6, 6");
  std::string many = "'x0'";
  for (int i = 1; i < 150; ++i) many += " | 'x" + std::to_string(i) + "'";
  Limits limits;
  limits.steps_max = 100;
  EXPECT_EQ(evaluate("'x149' in (" + many + ")", limits), "true");
}

TEST_F(FhirPathStrings, DoesNotBlowUpOnRegularExpressions) {
  EXPECT_EQ(evaluate("'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.matches('^(a+)+$')"), "false");
}

}  // namespace
}  // namespace paraneo::fhirpath
