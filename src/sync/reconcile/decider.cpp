// Entry points: decide(), settled().
#include "sync/reconcile/decider.h"

#include <algorithm>
#include <iterator>

#include "rest/write_request.h"
#include "sync/content.h"
#include "sync/reconcile/condition.h"

namespace paraneo::sync {
namespace {

using store::ResourceState;

void set_parked_apart(Unit& unit) {
  const auto parked = std::stable_partition(unit.tasks.begin(), unit.tasks.end(),
                                            [](const Task& task) { return !task.conflict; });
  unit.parked.insert(unit.parked.end(), std::make_move_iterator(parked),
                     std::make_move_iterator(unit.tasks.end()));
  unit.tasks.erase(parked, unit.tasks.end());
}

}  // namespace

Decider::Decision Decider::decide(Unit& unit) const {
  for (auto& task : unit.tasks) {
    if (task.state != TaskState::read || !task.operation.entry.id.empty()) continue;
    if (const auto known = resolve_condition(unit, task, base_, limits_); !known)
      return {Verdict::refuse, known.error(), &task};
  }
  bool parks = false;
  bool goes_on = true;
  for (auto& task : unit.tasks) {
    if (task.state == TaskState::read) decide(task);
    if (task.conflict && conflict_ != OnConflict::park) resolve(task);
    parks = parks || task.conflict;
    // Whatever refers to what was deleted there would be refused.
    goes_on = goes_on && !(task.conflict && task.current.empty());
  }
  if (!goes_on) return {Verdict::park};
  if (parks) set_parked_apart(unit);
  const bool writes = std::any_of(unit.tasks.begin(), unit.tasks.end(), [](const Task& task) {
    return task.state == TaskState::to_write;
  });
  return {writes ? Verdict::write : Verdict::finish};
}

void Decider::decide(Task& task) const {
  const auto& known = task.operation.known;
  const bool absent = task.current.empty();
  task.was_there = !absent;
  task.conflict = false;
  task.state = TaskState::done;
  if (task.operation.effect == Effect::put) {
    const bool deleted_by_us = known.state == ResourceState::retracted && known.version.empty();
    const bool expected = !known.record.empty() && !known.hash.empty() && !deleted_by_us;
    if (!absent && same(task)) return;
    if (absent ? expected : !as_known(task)) task.conflict = true;
    task.state = TaskState::to_write;
    return;
  }
  if (absent) return;
  if (task.operation.effect == Effect::retract) {
    task.operation.entry.resource = entered_in_error(task.current, limits_);
    if (same(task)) return;
  }
  if (!as_known(task)) task.conflict = true;
  task.state = TaskState::to_write;
}

// By policy, without asking a person.
void Decider::resolve(Task& task) const {
  task.conflict = false;
  if (conflict_ == OnConflict::ours) return;
  task.yields = true;
  task.state = TaskState::done;
}

// Nobody but us was there since: the same version, or the same content under another one.
bool Decider::as_known(const Task& task) const {
  const auto& known = task.operation.known;
  return (!known.version.empty() && rest::version_of_etag(task.etag) == known.version) ||
         (!known.hash.empty() && hash_of(as_sent(task.current, limits_)) == known.hash);
}

bool Decider::same(const Task& task) const {
  return says_the_same(task.operation.entry.resource, task.current, base_, limits_);
}

Decider::Settled Decider::settled(const Task& task) const {
  const bool there = !task.current.empty() && !task.operation.entry.resource.empty() && same(task);
  if (task.operation.effect != Effect::remove) return there ? Settled::done : Settled::nothing;
  return task.current.empty() ? Settled::removed : Settled::nothing;
}

}  // namespace paraneo::sync
