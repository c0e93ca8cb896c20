#include "base/uuid.h"

#include <gtest/gtest.h>

namespace paraneo {
namespace {

TEST(Uuid, IsTheSameForTheSameName) {
  EXPECT_EQ(uuid_of("http://a", "x"), uuid_of("http://a", "x"));
  EXPECT_NE(uuid_of("http://a", "x"), uuid_of("http://b", "x"));
  EXPECT_NE(uuid_of("http://a", "x"), uuid_of("http://a", "y"));
}

// As Python's uuid5 makes them.
TEST(Uuid, IsTheOneOfRfc9562) {
  EXPECT_EQ(uuid_of("http://a", "x"), "ea178ec0-ff1b-53ce-ad01-35874a5780c3");
  EXPECT_EQ(uuid_of("http://a", std::string(1000, 'x')), "9642fff9-674f-594a-b97e-0675b56fafe9");
  EXPECT_EQ(uuid_of("http://a", ""), "268c15f9-8b47-5127-921a-63a84a29e3da");
}

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
