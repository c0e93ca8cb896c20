#include "sync/reconcile/batcher.h"

#include "parts.h"

namespace paraneo::sync {
namespace {

class BatcherTest : public testing::Test {
 protected:
  std::unique_ptr<Group> next() {
    return batcher_.next([this]() -> std::optional<Work> {
      if (works_.empty()) return std::nullopt;
      auto work = std::move(works_.front());
      works_.pop_front();
      return work;
    });
  }
  Batcher batcher_{{4, 1000, true, false, 3}};
  std::deque<Work> works_;
};

TEST_F(BatcherTest, RecordsGoTogetherAsLongAsTheyFit) {
  works_.push_back(work_of("a", {put("Patient/a"), put("Observation/a")}));
  works_.push_back(work_of("b", {put("Patient/b")}));
  works_.push_back(work_of("c", {put("Patient/c"), put("Observation/c")}));
  const auto first = next();
  ASSERT_EQ(first->units.size(), 2U);
  EXPECT_FALSE(batcher_.empty());  // the third was taken
  const auto second = next();
  ASSERT_EQ(second->units.size(), 1U);
  EXPECT_EQ(second->units[0]->work.record, "c");
  EXPECT_EQ(next(), nullptr);
  EXPECT_TRUE(batcher_.empty());
}

TEST_F(BatcherTest, BytesAreLimitedToo) {
  auto large = put("Patient/a");
  large.entry.resource.resize(700, ' ');
  works_.push_back(work_of("a", {large}));
  works_.push_back(work_of("b", {large}));
  EXPECT_EQ(next()->units.size(), 1U);
  EXPECT_EQ(next()->units.size(), 1U);
}

TEST_F(BatcherTest, OfALargeRecordWhatIsReferredToGoesFirst) {
  works_.push_back(work_of(
      "a",
      {put("Observation/1", "Patient/p"), put("Observation/2", "Patient/p"),
       put("Observation/3", "Patient/p"), put("Observation/4", "Patient/p"), put("Patient/p")}));
  auto group = next();
  auto& unit = *group->units.front();
  EXPECT_EQ(unit.slots.size(), 4U);
  EXPECT_EQ(unit.slots.front().want.entry.target(), "Patient/p");
  EXPECT_EQ(targets(unit.later), "Observation/4");
}

TEST_F(BatcherTest, WhatIsDeletedGoesAfterwardsAndThePatientLast) {
  works_.push_back(
      work_of("a", {put("Observation/new"), removed("Observation/old"), removed("Patient/p")}));
  auto group = next();
  EXPECT_EQ(targets(group->units[0]->slots), "Observation/new");
  EXPECT_EQ(targets(group->units[0]->later), "Observation/old Patient/p");
  batcher_.again(std::move(group->units[0]));
  EXPECT_TRUE(batcher_.has_again());
  group = next();
  EXPECT_EQ(targets(group->units[0]->slots), "Observation/old");
  EXPECT_EQ(targets(group->units[0]->later), "Patient/p");
}

TEST_F(BatcherTest, WhatHasAKnownVersionIsNotReadWhereIfMatchHolds) {
  works_.push_back(work_of("a", {known(put("Patient/a"), "3"), put("Patient/b")}));
  auto group = next();
  EXPECT_EQ(group->units[0]->slots[0].state, SlotState::to_write);
  EXPECT_EQ(group->units[0]->slots[0].etag, "W/\"3\"");
  EXPECT_EQ(group->units[0]->slots[1].state, SlotState::unread);
  batcher_ = Batcher({4, 1000, false, false, 3});
  works_.push_back(work_of("a", {known(put("Patient/a"), "3")}));
  EXPECT_EQ(next()->units[0]->slots[0].state, SlotState::unread);
}

TEST_F(BatcherTest, ACutGroupGoesOnWhereItStood) {
  for (const auto* name : {"a", "b", "c"})
    works_.push_back(work_of(name, {put(std::string("Patient/") + name)}));
  auto group = next();
  group->intended = true;
  group->broken = 2;
  batcher_.cut(*group);
  EXPECT_EQ(group->units.size(), 1U);
  const auto second = next();
  EXPECT_EQ(second->units.size(), 2U);
  EXPECT_TRUE(second->intended);
  EXPECT_EQ(second->broken, 2U);
}

TEST_F(BatcherTest, ARefusedSizeHoldsFromThenOn) {
  works_.push_back(
      work_of("a", {put("Patient/1"), put("Patient/2"), put("Patient/3"), put("Patient/4")}));
  auto group = next();
  batcher_.refused_size(4);
  EXPECT_EQ(batcher_.entries_max(), 2U);
  EXPECT_TRUE(batcher_.part(*group->units[0]));
  EXPECT_EQ(group->units[0]->slots.size(), 2U);
  EXPECT_EQ(group->units[0]->later.size(), 2U);
  batcher_.refused_size(1);
  EXPECT_EQ(batcher_.entries_max(), 1U);
  works_.push_back(
      work_of("b", {put("Observation/1", "Observation/2"), put("Observation/2", "Observation/1")}));
  group = next();
  EXPECT_FALSE(batcher_.part(*group->units[0]));  // each refers to the other
  EXPECT_EQ(group->units[0]->slots.size(), 2U);
}

Work travelling(Travel travel, std::vector<Want> wants) {
  auto work = work_of("", std::move(wants));
  work.travel = travel;
  return work;
}

TEST_F(BatcherTest, WhatGoesWholeAndWhatGoesApartIsNotMixed) {
  works_.push_back(travelling(Travel::apart, {put("Patient/1")}));
  works_.push_back(travelling(Travel::apart, {put("Patient/2")}));
  works_.push_back(travelling(Travel::whole, {put("Patient/3"), put("Patient/4"), put("Patient/5"),
                                              put("Patient/6"), removed("Patient/7")}));
  works_.push_back(travelling(Travel::whole, {put("Patient/8")}));
  EXPECT_EQ(next()->units.size(), 2U);
  const auto whole = next();
  ASSERT_EQ(whole->units.size(), 1U);
  EXPECT_EQ(whole->units[0]->slots.size(), 5U);  // all of it is read first, whatever a transaction
                                                 // may have
  EXPECT_EQ(next()->units.size(), 1U);
}

TEST_F(BatcherTest, ABatchHasItsOwnLimit) {
  for (int i = 0; i < 5; ++i)
    works_.push_back(travelling(Travel::apart, {put("Patient/" + std::to_string(i))}));
  EXPECT_EQ(next()->units.size(), 3U);
  EXPECT_EQ(next()->units.size(), 2U);
}

TEST_F(BatcherTest, OfAWholeOnlyWhatIsWrittenCounts) {
  works_.push_back(travelling(
      Travel::whole,
      {removed("Patient/x"), put("Observation/1", "Patient/p"), put("Observation/2", "Patient/p"),
       put("Observation/3", "Patient/p"), put("Patient/p"), put("Patient/there")}));
  auto group = next();
  auto& unit = *group->units[0];
  for (auto& slot : unit.slots) slot.state = SlotState::to_write;
  unit.slots.back().state = SlotState::done;
  EXPECT_TRUE(batcher_.part_to_write(unit));
  EXPECT_EQ(targets(unit.slots),
            "Patient/there Patient/p Observation/1 Observation/2 Observation/3");
  ASSERT_EQ(unit.waiting.size(), 1U);
  EXPECT_FALSE(batcher_.part_to_write(unit));
  batcher_.again(std::move(group->units[0]));
  EXPECT_EQ(targets(next()->units[0]->slots), "Patient/x");
}

TEST_F(BatcherTest, ATargetThatIsUnderWayIsWaitedFor) {
  for (int i = 0; i < 2; ++i) works_.push_back(travelling(Travel::whole, {put("Patient/1")}));
  auto first = next();
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(next(), nullptr);
  EXPECT_FALSE(batcher_.empty());
  first.reset();
  EXPECT_NE(next(), nullptr);
}

TEST_F(BatcherTest, WhatNothingIsKnownOfIsNotReadWhereTheServerRefusesToOverwrite) {
  batcher_ = Batcher({4, 1000, true, true, 3});
  works_.push_back(travelling(Travel::apart, {put("Patient/1")}));
  works_.push_back(travelling(Travel::apart, {removed("Patient/2")}));
  works_.push_back(travelling(Travel::apart, {put("Patient/3")}));
  auto group = next();
  EXPECT_TRUE(group->units[0]->slots[0].only_new);
  EXPECT_EQ(group->units[0]->slots[0].state, SlotState::to_write);
  EXPECT_EQ(group->units[1]->slots[0].state, SlotState::unread);
  batcher_.read_first();
  works_.push_back(travelling(Travel::apart, {put("Patient/4")}));
  EXPECT_EQ(next()->units[0]->slots[0].state, SlotState::unread);
}

}  // namespace
}  // namespace paraneo::sync
