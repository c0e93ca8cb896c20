#include "fetch/pull_state.h"

#include <gtest/gtest.h>

namespace paraneo::fetch {
namespace {

TEST(PullState, IsReadAsItWasWritten) {
  const PullState state{"https://h/r4",       "w\"x", 1'700'000'000'123, {{"Patient/1", "3"}},
                        {{"Patient/2", "h"}}, -7};
  const auto read = read_state(write_state(state), "f");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->server, state.server);
  EXPECT_EQ(read->what, state.what);
  EXPECT_EQ(read->cursor_ms, state.cursor_ms);
  EXPECT_EQ(read->recent, state.recent);
  EXPECT_EQ(read->hashes, state.hashes);
  EXPECT_EQ(read->clock_lead_ms, -7);
  // The cursor of an earlier version came from the server's Date header, which may have been ahead.
  auto before = write_state(state);
  before.replace(before.find("pull-state/2"), 12, "pull-state/1");
  ASSERT_TRUE(read_state(before, "f"));
  EXPECT_EQ(read_state(before, "f")->cursor_ms, state.cursor_ms - 86'400'000);
  EXPECT_EQ(read_state(before, "f")->recent, state.recent);
  before.replace(before.find("pull-state/1"), 12, "pull-state/3");
  EXPECT_FALSE(read_state(before, "f"));
  EXPECT_FALSE(read_state("{}", "f"));
  EXPECT_FALSE(read_state("", "f"));
}

}  // namespace
}  // namespace paraneo::fetch
