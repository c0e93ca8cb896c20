#include "sync/reconcile/rounds.h"

#include "parts.h"

namespace paraneo::sync {
namespace {

std::unique_ptr<Unit> refused_unit(const std::string& target) {
  auto group = group_of({update_of("", {put(target)})}, TaskState::to_write);
  return std::move(group.units[0]);
}

TEST(Rounds, WhatIsRefusedIsTriedAgainAsLongAsThatHelps) {
  Rounds rounds(1000);
  auto unit = refused_unit("Patient/1");
  ASSERT_TRUE(rounds.defer(unit, reply_of(422)));
  EXPECT_EQ(unit, nullptr);
  auto round = rounds.next(3);
  EXPECT_TRUE(round.helps);
  EXPECT_TRUE(rounds.empty());
  ASSERT_EQ(round.units.size(), 1U);
  EXPECT_EQ(round.units[0]->tasks[0].state, TaskState::unread);
  EXPECT_EQ(round.units[0]->refusal.status, 422);
  ASSERT_TRUE(rounds.defer(round.units[0], reply_of(422)));
  EXPECT_FALSE(rounds.next(3).helps);
}

TEST(Rounds, WhatIsTooMuchIsNotKept) {
  Rounds rounds(10);
  auto unit = refused_unit("Patient/1");
  EXPECT_FALSE(rounds.defer(unit, reply_of(422)));
  EXPECT_NE(unit, nullptr);
}

}  // namespace
}  // namespace paraneo::sync
