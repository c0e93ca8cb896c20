#include "base/arena.h"

#include <gtest/gtest.h>

#include <string>

namespace paraneo {
namespace {

TEST(Arena, AlignsAndKeepsWhatWasWritten) {
  Arena arena;
  for (int i = 0; i < 10000; ++i) {
    arena.allocate(1, 1);
    auto* number = arena.make<std::uint64_t>(std::uint64_t{7});
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(number) % alignof(std::uint64_t), 0U);
    EXPECT_EQ(*number, 7U);
  }
}

TEST(Arena, TakesObjectsLargerThanABlock) {
  Arena arena;
  const std::string large(Arena::kLargestBlockBytes * 3, 'x');
  EXPECT_EQ(arena.copy(large), large);
}

TEST(Arena, ReusesItsBlocksAfterReset) {
  Arena arena;
  const auto* first = arena.allocate(64, 8);
  arena.allocate(1 << 20, 8);
  arena.reset();
  EXPECT_EQ(arena.allocate(64, 8), first);
  EXPECT_EQ(arena.used_bytes(), 64U);
}

TEST(Arena, GivesBackWhatCameAfterAMark) {
  Arena arena;
  const auto nothing = arena.mark();
  arena.allocate(64, 8);
  const auto mark = arena.mark();
  const auto* first = arena.allocate(64, 8);
  arena.rewind(mark);
  EXPECT_EQ(arena.allocate(64, 8), first);
  arena.rewind(mark);
  for (int i = 0; i < 100; ++i) arena.allocate(1 << 10, 8);  // several blocks
  arena.rewind(mark);
  EXPECT_EQ(arena.used_bytes(), 64U);
  EXPECT_EQ(arena.allocate(64, 8), first);
  arena.rewind(nothing);
  EXPECT_EQ(arena.used_bytes(), 0U);
}

}  // namespace
}  // namespace paraneo
