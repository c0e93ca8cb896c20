#include "sync/reconcile/batcher.h"

#include "parts.h"

namespace paraneo::sync {
namespace {

class BatcherTest : public testing::Test {
 protected:
  std::unique_ptr<Group> next() {
    return batcher_.next([this]() -> std::optional<RecordUpdate> {
      if (updates_.empty()) return std::nullopt;
      auto update = std::move(updates_.front());
      updates_.pop_front();
      return update;
    });
  }
  Batcher batcher_{{4, 1000, true, false, 3}};
  std::deque<RecordUpdate> updates_;
};

TEST_F(BatcherTest, RecordsGoTogetherAsLongAsTheyFit) {
  updates_.push_back(update_of("a", {put("Patient/a"), put("Observation/a")}));
  updates_.push_back(update_of("b", {put("Patient/b")}));
  updates_.push_back(update_of("c", {put("Patient/c"), put("Observation/c")}));
  const auto first = next();
  ASSERT_EQ(first->units.size(), 2U);
  EXPECT_FALSE(batcher_.empty());  // the third was taken
  const auto second = next();
  ASSERT_EQ(second->units.size(), 1U);
  EXPECT_EQ(second->units[0]->update.record, "c");
  EXPECT_EQ(next(), nullptr);
  EXPECT_TRUE(batcher_.empty());
}

TEST_F(BatcherTest, BytesAreLimitedToo) {
  auto large = put("Patient/a");
  large.entry.resource.resize(700, ' ');
  updates_.push_back(update_of("a", {large}));
  updates_.push_back(update_of("b", {large}));
  EXPECT_EQ(next()->units.size(), 1U);
  EXPECT_EQ(next()->units.size(), 1U);
}

TEST_F(BatcherTest, OfALargeRecordWhatIsReferredToGoesFirst) {
  updates_.push_back(update_of(
      "a",
      {put("Observation/1", "Patient/p"), put("Observation/2", "Patient/p"),
       put("Observation/3", "Patient/p"), put("Observation/4", "Patient/p"), put("Patient/p")}));
  auto group = next();
  auto& unit = *group->units.front();
  EXPECT_EQ(unit.tasks.size(), 4U);
  EXPECT_EQ(unit.tasks.front().operation.entry.target(), "Patient/p");
  EXPECT_EQ(targets(unit.later), "Observation/4");
}

TEST_F(BatcherTest, WhatIsDeletedGoesAfterwardsAndThePatientLast) {
  updates_.push_back(
      update_of("a", {put("Observation/new"), removed("Observation/old"), removed("Patient/p")}));
  auto group = next();
  EXPECT_EQ(targets(group->units[0]->tasks), "Observation/new");
  EXPECT_EQ(targets(group->units[0]->later), "Observation/old Patient/p");
  batcher_.again(std::move(group->units[0]));
  EXPECT_TRUE(batcher_.has_again());
  group = next();
  EXPECT_EQ(targets(group->units[0]->tasks), "Observation/old");
  EXPECT_EQ(targets(group->units[0]->later), "Patient/p");
}

TEST_F(BatcherTest, WhatHasAKnownVersionIsNotReadWhereIfMatchHolds) {
  updates_.push_back(update_of("a", {known(put("Patient/a"), "3"), put("Patient/b")}));
  auto group = next();
  EXPECT_EQ(group->units[0]->tasks[0].state, TaskState::to_write);
  EXPECT_EQ(group->units[0]->tasks[0].etag, "W/\"3\"");
  EXPECT_EQ(group->units[0]->tasks[1].state, TaskState::unread);
  batcher_ = Batcher({4, 1000, false, false, 3});
  updates_.push_back(update_of("a", {known(put("Patient/a"), "3")}));
  EXPECT_EQ(next()->units[0]->tasks[0].state, TaskState::unread);
}

TEST_F(BatcherTest, ACutGroupGoesOnWhereItStood) {
  for (const auto* name : {"a", "b", "c"})
    updates_.push_back(update_of(name, {put(std::string("Patient/") + name)}));
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
  updates_.push_back(
      update_of("a", {put("Patient/1"), put("Patient/2"), put("Patient/3"), put("Patient/4")}));
  auto group = next();
  batcher_.refused_size(4);
  EXPECT_EQ(batcher_.entries_max(), 2U);
  EXPECT_TRUE(batcher_.part(*group->units[0]));
  EXPECT_EQ(group->units[0]->tasks.size(), 2U);
  EXPECT_EQ(group->units[0]->later.size(), 2U);
  batcher_.refused_size(1);
  EXPECT_EQ(batcher_.entries_max(), 1U);
  updates_.push_back(update_of(
      "b", {put("Observation/1", "Observation/2"), put("Observation/2", "Observation/1")}));
  group = next();
  EXPECT_FALSE(batcher_.part(*group->units[0]));  // each refers to the other
  EXPECT_EQ(group->units[0]->tasks.size(), 2U);
}

RecordUpdate travelling(Delivery delivery, std::vector<Operation> operations) {
  auto update = update_of("", std::move(operations));
  update.delivery = delivery;
  return update;
}

TEST_F(BatcherTest, WhatGoesWholeAndWhatGoesApartIsNotMixed) {
  updates_.push_back(travelling(Delivery::apart, {put("Patient/1")}));
  updates_.push_back(travelling(Delivery::apart, {put("Patient/2")}));
  updates_.push_back(
      travelling(Delivery::whole, {put("Patient/3"), put("Patient/4"), put("Patient/5"),
                                   put("Patient/6"), removed("Patient/7")}));
  updates_.push_back(travelling(Delivery::whole, {put("Patient/8")}));
  EXPECT_EQ(next()->units.size(), 2U);
  const auto whole = next();
  ASSERT_EQ(whole->units.size(), 1U);
  EXPECT_EQ(whole->units[0]->tasks.size(), 5U);  // all of it is read first, whatever a transaction
                                                 // may have
  EXPECT_EQ(next()->units.size(), 1U);
}

TEST_F(BatcherTest, ABatchHasItsOwnLimit) {
  for (int i = 0; i < 5; ++i)
    updates_.push_back(travelling(Delivery::apart, {put("Patient/" + std::to_string(i))}));
  EXPECT_EQ(next()->units.size(), 3U);
  EXPECT_EQ(next()->units.size(), 2U);
}

TEST_F(BatcherTest, OfAWholeOnlyWhatIsWrittenCounts) {
  updates_.push_back(travelling(
      Delivery::whole,
      {removed("Patient/x"), put("Observation/1", "Patient/p"), put("Observation/2", "Patient/p"),
       put("Observation/3", "Patient/p"), put("Patient/p"), put("Patient/there")}));
  auto group = next();
  auto& unit = *group->units[0];
  for (auto& task : unit.tasks) task.state = TaskState::to_write;
  unit.tasks.back().state = TaskState::done;
  EXPECT_TRUE(batcher_.part_to_write(unit));
  EXPECT_EQ(targets(unit.tasks),
            "Patient/there Patient/p Observation/1 Observation/2 Observation/3");
  ASSERT_EQ(unit.waiting.size(), 1U);
  EXPECT_FALSE(batcher_.part_to_write(unit));
  batcher_.again(std::move(group->units[0]));
  EXPECT_EQ(targets(next()->units[0]->tasks), "Patient/x");
}

TEST_F(BatcherTest, ATargetThatIsUnderWayIsWaitedFor) {
  for (int i = 0; i < 2; ++i) updates_.push_back(travelling(Delivery::whole, {put("Patient/1")}));
  auto first = next();
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(next(), nullptr);
  EXPECT_FALSE(batcher_.empty());
  first.reset();
  EXPECT_NE(next(), nullptr);
}

TEST_F(BatcherTest, WhatNothingIsKnownOfIsNotReadWhereTheServerRefusesToOverwrite) {
  batcher_ = Batcher({4, 1000, true, true, 3});
  updates_.push_back(travelling(Delivery::apart, {put("Patient/1")}));
  updates_.push_back(travelling(Delivery::apart, {removed("Patient/2")}));
  updates_.push_back(travelling(Delivery::apart, {put("Patient/3")}));
  auto group = next();
  EXPECT_TRUE(group->units[0]->tasks[0].only_new);
  EXPECT_EQ(group->units[0]->tasks[0].state, TaskState::to_write);
  EXPECT_EQ(group->units[1]->tasks[0].state, TaskState::unread);
  batcher_.read_first();
  updates_.push_back(travelling(Delivery::apart, {put("Patient/4")}));
  EXPECT_EQ(next()->units[0]->tasks[0].state, TaskState::unread);
}

}  // namespace
}  // namespace paraneo::sync
