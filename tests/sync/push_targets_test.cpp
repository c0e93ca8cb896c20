#include "sync/push_targets.h"

#include <gtest/gtest.h>

namespace paraneo::sync {
namespace {

rest::PushItem item(const std::string& id, const std::string& content, const std::string& place,
                    rest::Write write = rest::Write::put) {
  rest::PushEntry entry;
  entry.type = "Observation";
  entry.id = id;
  entry.resource = content;
  entry.place = place;
  entry.write = write;
  rest::PushItem item;
  item.entries.push_back(std::move(entry));
  return item;
}

TEST(PushTargets, OfTwoContentsTheFirstOneCounts) {
  PushTargets targets;
  ASSERT_TRUE(targets.take(item("1", "a", "one:1")));
  EXPECT_TRUE(targets.take(item("1", "a", "two:1"))) << "the same again";
  const auto other = targets.take(item("1", "b", "two:2"));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().fault, Fault::data);
  EXPECT_EQ(other.error().where, "two:2");
  EXPECT_NE(other.error().what.find("one:1"), std::string::npos);
  EXPECT_TRUE(targets.take(item("2", "b", "two:3")));
}

TEST(PushTargets, ATextThatIsRefusedIsRefusedAsAWhole) {
  PushTargets targets;
  ASSERT_TRUE(targets.take(item("1", "a", "one:1")));
  auto both = item("2", "x", "two:1");
  both.entries.push_back(item("1", "b", "two:2").entries[0]);
  ASSERT_FALSE(targets.take(both));
  EXPECT_TRUE(targets.take(item("2", "y", "three:1"))) << "nothing of it is noted";
}

TEST(PushTargets, ADeletionIsAnotherContent) {
  PushTargets targets;
  ASSERT_TRUE(targets.take(item("1", "a", "one:1")));
  EXPECT_FALSE(targets.take(item("1", "", "two:1", rest::Write::remove)));
}

TEST(PushTargets, WhatIsCreatedOnlyWhereNothingIsSaysNothingOfContents) {
  PushTargets targets;
  ASSERT_TRUE(targets.take(item("", "a", "one:1", rest::Write::conditional_create)));
  EXPECT_TRUE(targets.take(item("", "b", "two:1", rest::Write::conditional_create)));
}

}  // namespace
}  // namespace paraneo::sync
