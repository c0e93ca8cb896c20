#include "fetch/page_size.h"

#include <gtest/gtest.h>

namespace paraneo::fetch {
namespace {

TEST(PageSize, GoesDownUntilItIsTaken) {
  PageSize size(250);
  EXPECT_TRUE(size.less());
  EXPECT_EQ(size.entries(), 100U);
  size.accepted();
  EXPECT_TRUE(size.reduced());
  EXPECT_FALSE(size.less());  // another refusal has another reason
  EXPECT_EQ(size.entries(), 100U);
}

TEST(PageSize, IsNotTheReasonWhenNothingHelps) {
  PageSize size(60);
  std::size_t tries = 0;
  while (size.less()) ++tries;
  EXPECT_EQ(tries, 4U);  // 50, 20, 10, without
  EXPECT_EQ(size.entries(), 60U);
  EXPECT_FALSE(size.less());
  EXPECT_FALSE(size.reduced());
}

}  // namespace
}  // namespace paraneo::fetch
