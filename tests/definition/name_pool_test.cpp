#include "definition/name_pool.h"

#include <gtest/gtest.h>

namespace paraneo::definition {
namespace {

TEST(NamePool, KeepsANameOnceAndATextAsOften) {
  NamePool pool;
  const auto a = pool.intern("a"), b = pool.intern("b");
  EXPECT_NE(a, b);
  EXPECT_EQ(pool.intern("a"), a);
  EXPECT_EQ(pool.find("b"), b);
  EXPECT_EQ(pool.find("c"), 0U);
  EXPECT_EQ(pool.intern(""), 0U);
  EXPECT_EQ(pool.add_text(""), 0U);
  EXPECT_NE(pool.add_text("a"), pool.add_text("a"));
  EXPECT_EQ(pool.name(b), "b");
  EXPECT_EQ(pool.symbol_count(), 3U);
}

TEST(NamePool, ComesBackFromItsRows) {
  NamePool pool;
  const auto name = pool.intern("Patient");
  const auto text = pool.add_text("a text");
  const NamePool again(pool.characters(), pool.texts(), pool.symbols());
  EXPECT_EQ(again.find("Patient"), name);
  EXPECT_EQ(again.text(text), "a text");
}

}  // namespace
}  // namespace paraneo::definition
