#include "rest/instant.h"

#include <gtest/gtest.h>

namespace paraneo::rest {
namespace {

TEST(Instant, ZonesAndPrecisions) {
  EXPECT_EQ(instant_ms("1970-01-01T01:00:00+01:00"), 0);
  EXPECT_EQ(instant_ms("1970-01-02"), 86'400'000);
  EXPECT_EQ(instant_ms("1970-01-01T00:00:00.12Z"), 120);
  EXPECT_FALSE(instant_ms("1970-01-01T00:00:00"));
  EXPECT_EQ(instant_text(1'700'000'000'120), "2023-11-14T22:13:20.120Z");
}

}  // namespace
}  // namespace paraneo::rest
