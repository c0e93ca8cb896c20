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
  const bool puts = task.operation.effect == Effect::put;
  task.was_there = !absent;
  task.conflict = false;
  task.state = TaskState::done;
  if (!puts && absent) return;
  if (task.operation.effect == Effect::retract)
    task.operation.entry.resource = entered_in_error(task.current, limits_);
  if (!absent && task.operation.effect != Effect::remove && same(task)) {
    task.labelled = puts && (task.labelled || has_labels_of_others(task));
    return;
  }
  const auto labels = labels_of_others(task);
  task.labelled = puts && labels && !labels->empty();
  // What we sent last, and nothing else to say.
  if (puts && labels && known.hash == task.operation.hash) return;
  const bool deleted_by_us = known.state == ResourceState::retracted && known.version.empty();
  const bool expected = !known.record.empty() && !known.hash.empty() && !deleted_by_us;
  task.conflict = absent ? expected : !labels && !is_known_version(task);
  if (task.labelled)
    task.operation.entry.resource = with_labels(task.operation.entry.resource, *labels, limits_);
  task.state = TaskState::to_write;
}

// By policy, without asking a person.
void Decider::resolve(Task& task) const {
  task.conflict = false;
  if (conflict_ == OnConflict::ours) return keep_labels(task);
  task.yields = true;
  task.state = TaskState::done;
}

bool Decider::is_known_version(const Task& task) const {
  const auto& known = task.operation.known;
  return !known.version.empty() && rest::version_of_etag(task.etag) == known.version;
}

// None: somebody changed more than labels, or was there before us.
std::optional<Labels> Decider::labels_of_others(const Task& task) const {
  const auto& known = task.operation.known;
  if (task.current.empty() || known.hash.empty()) return std::nullopt;
  // Nobody was there, and nothing there could be a label: no need to look.
  if (is_known_version(task) && !may_have_labels(task.current)) return std::nullopt;
  // A retraction was made of the server's copy, with all labels that it had.
  if (is_known_version(task) && known.state == ResourceState::retracted)
    return labels_beside(task.current, task.operation.entry.resource, limits_);
  return sync::labels_of_others(
      task.current, known.hash,
      task.operation.effect == Effect::put ? task.operation.entry.resource : std::string(),
      limits_);
}

bool Decider::has_labels_of_others(const Task& task) const {
  const auto& ours = task.operation.entry.resource;
  return may_have_labels(task.current) && (!labels_beside(task.current, ours, limits_).empty() ||
                                           hash_of(ours) != task.operation.hash);
}

// Whoever decides that our content goes over theirs has not decided who may see it.
void Decider::keep_labels(Task& task) const {
  if (task.operation.effect != Effect::put || task.operation.known.hash.empty()) return;
  auto& ours = task.operation.entry.resource;
  task.labelled = task.labelled || has_labels_of_others(task);
  if (task.labelled) ours = with_labels(ours, labels_beside(task.current, ours, limits_), limits_);
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
