#include "sync/reconcile/outcome.h"

#include "parts.h"

namespace paraneo::sync {
namespace {

using store::RecordState;
using store::ResourceRow;
using store::ResourceState;

struct FixedClock final : Clock {
  std::int64_t now_ms() const override { return 1000; }
};

// The one change of this kind.
template <class Kind>
const Kind& only(const Outcome::Changes& changes) {
  const Kind* found = nullptr;
  for (const auto& change : changes)
    if (const auto* each = std::get_if<Kind>(&change)) {
      EXPECT_EQ(found, nullptr);
      found = each;
    }
  static const Kind kNone{};
  EXPECT_NE(found, nullptr);
  return found == nullptr ? kNone : *found;
}

template <class Kind>
bool has(const Outcome::Changes& changes) {
  return std::any_of(changes.begin(), changes.end(),
                     [](const auto& change) { return std::holds_alternative<Kind>(change); });
}

class OutcomeTest : public testing::Test {
 protected:
  Group group(std::vector<Operation> operations) {
    return group_of({update_of("r", std::move(operations))}, TaskState::to_write);
  }
  FixedClock clock_;
  Outcome outcome_{kBase, 10, clock_};
  Outcome::Changes changes_;
};

TEST_F(OutcomeTest, AnIntentKeepsTheBodyAndForgetsTheContentOfTheRecord) {
  const auto all = group({known(put("Patient/a"), "3")});
  const auto changes = outcome_.intended(all);
  EXPECT_EQ(only<store::RecordRow>(changes).content_hash, "");
  const auto& row = only<ResourceRow>(changes);
  EXPECT_EQ(row.state, ResourceState::intended);
  EXPECT_EQ(row.intent_body, all.units[0]->tasks[0].operation.entry.resource);
  EXPECT_EQ(row.version, "3");
  EXPECT_EQ(row.before, ResourceState::confirmed);
}

TEST_F(OutcomeTest, WhatIsInDoubtIsUnreadAgain) {
  auto all = group({put("Patient/a")});
  EXPECT_EQ(only<ResourceRow>(outcome_.doubtful(all, true)).state, ResourceState::sent);
  EXPECT_EQ(all.units[0]->tasks[0].state, TaskState::unread);
  EXPECT_TRUE(all.units[0]->tasks[0].doubtful);
}

TEST_F(OutcomeTest, WhatIsWrittenIsConfirmedAuditedAndCounted) {
  auto all = group({put("Patient/a")});
  std::vector<rest::EntryAnswer> answers{{201, "W/\"1\"", {}, false, {}}};
  outcome_.written(all, answers, changes_);
  EXPECT_TRUE(outcome_.finished(*all.units[0], changes_));
  EXPECT_EQ(only<store::AuditRow>(changes_).action, "create");
  EXPECT_EQ(only<ResourceRow>(changes_).version, "1");
  EXPECT_EQ(only<ResourceRow>(changes_).state, ResourceState::confirmed);
  EXPECT_EQ(only<store::RecordRow>(changes_).content_hash, "hash");
  EXPECT_TRUE(has<store::Release>(changes_));
  EXPECT_EQ(outcome_.report().created, 1U);
  EXPECT_EQ(outcome_.report().records, 1U);
}

TEST_F(OutcomeTest, ARecordHasNotEndedWhileSomethingOfItWaits) {
  auto all = group({put("Patient/a")});
  all.units[0]->later = {put("Observation/b")};
  all.units[0]->tasks[0].state = TaskState::done;
  EXPECT_FALSE(outcome_.finished(*all.units[0], changes_));
  EXPECT_FALSE(has<store::RecordRow>(changes_));
  EXPECT_EQ(outcome_.report().records, 0U);
}

TEST_F(OutcomeTest, ARefusedRecordIsALetterAndAsItWasBefore) {
  auto all = group({put("Patient/a"), known(put("Patient/b"), "3")});
  const auto reply = reply_of(
      422,
      R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"invalid"}]})");
  outcome_.refused(*all.units[0], rest::to_error(reply, rest::Method::post, kBase), reply,
                   changes_);
  EXPECT_EQ(only<store::DeadLetter>(changes_).status, 422);
  EXPECT_NE(only<store::DeadLetter>(changes_).outcome.find("OperationOutcome"), std::string::npos);
  EXPECT_EQ(only<store::ForgetResource>(changes_).target, "Patient/a");
  EXPECT_EQ(only<ResourceRow>(changes_).version, "3");
  EXPECT_EQ(only<store::RecordRow>(changes_).state, RecordState::dead);
  EXPECT_EQ(outcome_.report().dead, 1U);
  EXPECT_EQ(outcome_.report().failures.at(0).error.fault, Fault::data);
}

TEST_F(OutcomeTest, WhatIsParkedKeepsBothVersions) {
  auto all = group({known(put("Patient/a"), "3")});
  auto& task = all.units[0]->tasks[0];
  task.conflict = true;
  task.current = R"({"resourceType":"Patient","id":"a","active":true})";
  task.etag = "W/\"4\"";
  outcome_.parked(*all.units[0], changes_);
  const auto& conflict = only<store::Conflict>(changes_);
  EXPECT_EQ(conflict.ours, task.operation.entry.resource);
  EXPECT_EQ(conflict.theirs, task.current);
  EXPECT_EQ(conflict.version, "4");
  EXPECT_EQ(only<ResourceRow>(changes_).state, ResourceState::parked);
  EXPECT_EQ(outcome_.report().parked, 1U);
}

TEST_F(OutcomeTest, WhatTheServerDoesNotDeleteIsTriedAgainAfterTheOthers) {
  auto all = group({removed("Patient/a")});
  auto& unit = *all.units[0];
  Outcome::refused_deletion(unit, reply_of(409));
  unit.deleted_any = true;
  EXPECT_FALSE(outcome_.finished(unit, changes_));
  EXPECT_EQ(targets(std::exchange(unit.later, {})), "Patient/a");
  unit.still_referred_to = {removed("Patient/a")};
  EXPECT_TRUE(outcome_.finished(unit, changes_));
  EXPECT_EQ(outcome_.report().referred, 1U);
  EXPECT_EQ(only<store::RecordRow>(changes_).state, RecordState::active);  // the next run finds it
                                                                           // again
}

TEST_F(OutcomeTest, WhatAnEarlierRunLeftIsSettledByWhatIsThere) {
  auto all = group({known(put("Patient/a"), "3"), put("Patient/b")});
  auto& tasks = all.units[0]->tasks;
  tasks[1].operation.known = {"Patient/b", "r",    ResourceState::intended, {}, {},
                              "h",         "body", ResourceState::confirmed};
  for (auto& task : tasks) task.state = TaskState::read;
  tasks[0].current = tasks[0].operation.entry.resource;
  tasks[0].etag = "W/\"4\"";
  outcome_.recovered(all, Decider(kBase, OnConflict::park, {}), changes_);
  EXPECT_EQ(only<ResourceRow>(changes_).version, "4");
  EXPECT_EQ(only<store::AuditRow>(changes_).action, "settle");
  EXPECT_EQ(only<store::ForgetResource>(changes_).target, "Patient/b");
  EXPECT_EQ(outcome_.report().settled, 1U);
}

TEST_F(OutcomeTest, WhatCannotBeSentIsNamedByItsRecordOrPlace) {
  auto update = update_of("", {});
  update.refusal = "no record";
  outcome_.unfit(update, changes_);
  EXPECT_EQ(only<store::DeadLetter>(changes_).record, "f:1");
  EXPECT_FALSE(has<store::RecordRow>(changes_));
}

}  // namespace
}  // namespace paraneo::sync
