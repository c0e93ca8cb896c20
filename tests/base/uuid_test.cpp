#include "base/uuid.h"

#include <gtest/gtest.h>

namespace paraneo {
namespace {

TEST(Uuid, IsTheSameForTheSameName) {
  EXPECT_EQ(uuid_of("http://a", "x"), uuid_of("http://a", "x"));
  EXPECT_NE(uuid_of("http://a", "x"), uuid_of("http://b", "x"));
  EXPECT_NE(uuid_of("http://a", "x"), uuid_of("http://a", "y"));
}

TEST(Uuid, IsOfVersionFive) { EXPECT_EQ(uuid_of("http://a", "x")[14], '5'); }

}  // namespace
}  // namespace paraneo
