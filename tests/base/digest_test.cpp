#include "base/digest.h"

#include <gtest/gtest.h>

namespace paraneo {
namespace {

TEST(Digest, IsTheSameForTheSameTextOnly) {
  EXPECT_EQ(digest_of("a"), digest_of("a"));
  EXPECT_NE(digest_of("a"), digest_of("b"));
  EXPECT_NE(digest_of(""), Digest());
}

}  // namespace
}  // namespace paraneo
