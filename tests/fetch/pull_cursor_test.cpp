#include "fetch/pull_cursor.h"

#include "capped_server.h"

namespace paraneo::fetch {
namespace {

TEST(PullCursor, CountsHowLongThePullTook) {
  struct HandClock final : Clock {
    std::int64_t now_ms() const override { return now; }
    std::int64_t now = 0;
  } durations;
  const FixedClock clock;
  constexpr std::int64_t kNewest = 1'700'000'000'000;
  PullCursor cursor(600'000, 0, clock, durations);
  cursor.begin();
  cursor.saw("Patient/a", "1", kNewest - 1000);
  durations.now = 1'200'000;  // a second search, twenty minutes later
  cursor.saw("Observation/b", "1", kNewest + 1'200'000);
  // A Patient that was written a minute after its search is later than that.
  EXPECT_EQ(cursor.next_ms(), kNewest - 600'000);
  EXPECT_EQ(cursor.recent().size(), 2U);
}

TEST(PullCursor, KeepsOnlyWhatComesAgain) {
  const FixedClock clock;
  PullCursor cursor(1000, 0, clock, clock);
  cursor.begin();
  for (int i = 0; i < 100'000; ++i)
    cursor.saw("Patient/" + std::to_string(i), "1", 1'700'000'000'000 + i);
  EXPECT_EQ(cursor.recent().size(), 1001U);
}

}  // namespace
}  // namespace paraneo::fetch
