#include "terminology/listed_names.h"

#include <gtest/gtest.h>

namespace paraneo::terminology {
namespace {

ListedNames names() {
  ListedNames out;
  out.add("s", "AU", "Australia");
  out.add("s", "BD", "Bangladesh");
  out.add("s", "AU", "Commonwealth of Australia");
  out.add("s", "XX", "bangladesh");
  out.add("here", "AU", "Australia");
  out.add("", "AU", "x"), out.add("s", "", "x"), out.add("s", "CC", "");
  out.finish([](std::string_view system) { return system == "here"; });
  return out;
}

TEST(ListedNames, KnowsWhoseANameIs) {
  const auto all = names();
  EXPECT_EQ(all.other_code("s", "BD", "Australia"), "AU");
  EXPECT_EQ(all.other_code("s", "BD", " commonwealth  of AUSTRALIA "), "AU");
  EXPECT_EQ(all.name_of("s", "AU"), "Australia");
  EXPECT_EQ(all.name_of("s", "CC"), "");
}

TEST(ListedNames, SaysNothingOfANameThatMayBeRight) {
  const auto all = names();
  EXPECT_EQ(all.other_code("s", "AU", "Australia"), "");
  EXPECT_EQ(all.other_code("s", "BD", "BANGLADESH"), "") << "two codes go by one name";
  EXPECT_EQ(all.other_code("s", "BD", "Bengal"), "") << "a name that nobody lists";
  EXPECT_EQ(all.other_code("s", "ZZ", "Australia"), "") << "the code is not listed";
  EXPECT_EQ(all.other_code("t", "BD", "Australia"), "");
  EXPECT_EQ(all.other_code("here", "BD", "Australia"), "") << "the system names its codes itself";
}

TEST(ListedNames, ComesBackFromItsFlatFormAndTakesMore) {
  const auto text = names().serialize();
  ListedNames again;
  again.deserialize(text);
  EXPECT_EQ(again.serialize(), text);
  EXPECT_EQ(again.other_code("s", "BD", "Australia"), "AU");
  again.add("s", "BD", "Australia");
  again.add("s", "CH", "Switzerland");
  again.finish([](std::string_view) { return false; });
  EXPECT_EQ(again.other_code("s", "BD", "Australia"), "") << "now it goes by this name, too";
  EXPECT_EQ(again.other_code("s", "AU", "Switzerland"), "CH");
  EXPECT_EQ(again.name_of("s", "BD"), "Bangladesh");
}

}  // namespace
}  // namespace paraneo::terminology
