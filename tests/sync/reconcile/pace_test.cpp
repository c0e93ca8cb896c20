#include "sync/reconcile/pace.h"

#include <gtest/gtest.h>

namespace paraneo::sync {
namespace {

struct FixedRandom final : Random {
  std::uint64_t next() override { return 0; }
};

TEST(Pace, FailuresInARowCloseTheCircuitAndEndTheRun) {
  FixedRandom random;
  Pace pace({4, true, 2, 4, {}}, random);
  for (int i = 0; i < 3; ++i) pace.answered({true, 1}, 10);
  EXPECT_TRUE(pace.allows_another(3));
  EXPECT_TRUE(pace.failed(std::nullopt));
  EXPECT_EQ(pace.pause_ms(), 0);
  EXPECT_TRUE(pace.failed(std::nullopt));
  EXPECT_FALSE(pace.allows_another(1));
  const auto pause = pace.pause_ms();
  EXPECT_GT(pause, 0);
  EXPECT_TRUE(pace.failed(std::nullopt));
  EXPECT_GT(pace.pause_ms(), pause);
  EXPECT_FALSE(pace.failed(std::nullopt));
  pace.succeeded();
  EXPECT_EQ(pace.pause_ms(), 0);
  EXPECT_TRUE(pace.failed(std::nullopt));
}

TEST(Pace, TheServersRetryAfterIsKeptUpToALimit) {
  FixedRandom random;
  Pace pace({4, true, 5, 0, {}}, random);
  EXPECT_TRUE(pace.failed(7000));
  EXPECT_EQ(pace.pause_ms(), 7000);
  pace.failed(std::int64_t{1} << 40);
  EXPECT_EQ(pace.pause_ms(), rest::RetryPolicy{}.retry_after_ms_max);
}

}  // namespace
}  // namespace paraneo::sync
