#include "sync/reconcile/pace.h"

#include "parts.h"

namespace paraneo::sync {
namespace {

struct FixedRandom final : Random {
  std::uint64_t next() override { return 0; }
};

TEST(Pace, FailuresInARowCloseTheCircuitAndEndTheRun) {
  FixedRandom random;
  Pace pace({4, true, 2, 4, {}}, random);
  for (int i = 0; i < 3; ++i) pace.answered(reply_of(200, "{}"), {true, 1}, 10);
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

TEST(Pace, TheServersRetryAfterIsKept) {
  FixedRandom random;
  Pace pace({4, true, 5, 0, {}}, random);
  EXPECT_TRUE(pace.failed(7000));
  EXPECT_EQ(pace.pause_ms(), 7000);
}

TEST(Pace, AServerThatWantsToBeLeftAloneForLongEndsTheRun) {
  FixedRandom random;
  Pace pace({4, true, 5, 12, {}}, random);
  EXPECT_TRUE(pace.failed(rest::RetryPolicy{}.retry_after_ms_max));
  EXPECT_FALSE(pace.failed(rest::RetryPolicy{}.retry_after_ms_max + 1));
}

TEST(Pace, OnlyWhatTheServerWorkedOnTellsHowBusyItIs) {
  FixedRandom random;
  for (const auto& reply : {page(200), reply_of(503), reply_of(301)}) {
    Pace pace({4, true, 5, 12, {}}, random);
    const auto before = pace.allows_another(1);
    for (int i = 0; i < 20; ++i) pace.answered(reply, {true, 1}, 10);
    EXPECT_EQ(pace.allows_another(1), before);
  }
}

}  // namespace
}  // namespace paraneo::sync
