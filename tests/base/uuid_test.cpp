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

TEST(UuidSeries, GivesTheSameIdsForEver) {
  const UuidSeries series("seed0");
  char text[UuidSeries::kChars];
  series.write(0, 0, text);
  EXPECT_EQ(std::string_view(text, sizeof text), "73dafec1-8779-8e9a-afc4-92bfdc0cece9");
  series.write(0, 1, text);
  EXPECT_EQ(std::string_view(text, sizeof text), "6d58a281-a004-800d-9d5e-c6bb7aab63e7");
}

}  // namespace
}  // namespace paraneo
