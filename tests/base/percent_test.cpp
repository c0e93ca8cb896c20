#include "base/percent.h"

#include <gtest/gtest.h>

namespace paraneo {
namespace {

TEST(Percent, IsDecodedWhereTwoDigitsFollow) {
  EXPECT_EQ(percent_decoded("a%20b%2Fc%2fd"), "a b/c/d");
  EXPECT_EQ(percent_decoded("%C3%A4"), "\xC3\xA4");
  EXPECT_EQ(percent_decoded("%00"), std::string(1, '\0'));
  EXPECT_EQ(percent_decoded("%2541"), "%41");
  for (const auto* text : {"%", "%4", "%4g", "%g4", "% 4", "%-1", "%+1", "100%"})
    EXPECT_EQ(percent_decoded(text), text);
}

TEST(Percent, LeavesAPlusAloneButInForms) {
  EXPECT_EQ(percent_decoded("a+b%2B"), "a+b+");
  EXPECT_EQ(percent_decoded("a+b%2B", Plus::blank), "a b+");
}

}  // namespace
}  // namespace paraneo
