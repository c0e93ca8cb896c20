#include "base/utf8.h"

#include <gtest/gtest.h>

namespace paraneo::utf8 {
namespace {

TEST(Utf8, FindsTheFirstInvalidByte) {
  EXPECT_EQ(first_invalid("aé€😀"), std::string_view::npos);
  EXPECT_EQ(first_invalid("ab\xFF"), 2U);
  EXPECT_EQ(first_invalid("\xC0\x80"), 0U);          // overlong
  EXPECT_EQ(first_invalid("x\xED\xA0\x80"), 1U);     // surrogate
  EXPECT_EQ(first_invalid("\xF4\x90\x80\x80"), 0U);  // over U+10FFFF
  EXPECT_EQ(first_invalid("\xE2\x82"), 0U);          // cut
}

TEST(Utf8, CountsCodePoints) { EXPECT_EQ(length("aé€😀"), 4U); }

TEST(Utf8, AppendsEveryLength) {
  std::string text;
  for (const char32_t c : {U'a', U'é', U'€', U'😀'}) append(text, c);
  EXPECT_EQ(text, "aé€😀");
}

}  // namespace
}  // namespace paraneo::utf8
