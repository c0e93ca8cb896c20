// Entry points: next(), cut(), part().
#include "sync/reconcile/batcher.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "rest/reference_order.h"
#include "rest/write_request.h"
#include "sync/order.h"

namespace paraneo::sync {
namespace {

std::size_t bytes_of(const std::vector<Operation>& operations) {
  std::size_t bytes = 0;
  for (const auto& operation : operations) bytes += operation.entry.resource.size();
  return bytes;
}

// What others may refer to is deleted after all else, so that the server can refuse it by itself:
// what is deleted, after what is written; the Patient, after what is deleted.
std::vector<Operation> take_out_afterwards(std::vector<Operation>& operations) {
  const auto removed = [](const Operation& operation) {
    return operation.effect == Effect::remove;
  };
  const auto subject = [](const Operation& operation) {
    return operation.effect == Effect::remove && operation.entry.type == "Patient";
  };
  std::vector<Operation> afterwards;
  const auto take_out = [&](const auto& which) {
    const auto begin =
        std::stable_partition(operations.begin(), operations.end(),
                              [&](const Operation& operation) { return !which(operation); });
    if (begin == operations.begin()) return;
    afterwards.insert(afterwards.end(), std::make_move_iterator(begin),
                      std::make_move_iterator(operations.end()));
    operations.erase(begin, operations.end());
  };
  if (std::all_of(operations.begin(), operations.end(), removed)) take_out(subject);
  else take_out(removed);
  return afterwards;
}

}  // namespace

std::unique_ptr<Group> Batcher::next(const Take& take) {
  for (auto at = again_.begin(); at != again_.end(); ++at) {
    auto& units = (*at)->units;
    if (!std::all_of(units.begin(), units.end(),
                     [&](const auto& unit) { return take_claim(*unit); }))
      continue;
    auto group = std::move(*at);
    again_.erase(at);
    return group;
  }
  if (!again_.empty()) return nullptr;
  auto group = std::make_unique<Group>();
  std::size_t entries = 0;
  std::size_t bytes = 0;
  while (entries < options_.entries_max && group->units.size() < options_.entries_max) {
    auto unit = std::move(left_over_);
    if (!unit)
      if (auto update = take()) unit = unit_of(std::move(*update));
    if (!unit) break;
    std::size_t unit_bytes = 0;
    for (const auto& task : unit->tasks) unit_bytes += task.operation.entry.resource.size();
    if (!joins(*group, *unit, entries + unit->tasks.size(), bytes + unit_bytes)) {
      left_over_ = std::move(unit);
      break;
    }
    entries += unit->tasks.size();
    bytes += unit_bytes;
    group->units.push_back(std::move(unit));
    if (group->delivery() == Delivery::whole) break;
  }
  return group->units.empty() ? nullptr : std::move(group);
}

// The first one always, whatever its size.
bool Batcher::joins(const Group& group, Unit& unit, std::size_t entries, std::size_t bytes) const {
  const bool first = group.units.empty();
  if (!first && group.delivery() != unit.update.delivery) return false;
  if (!first && unit.update.delivery == Delivery::whole) return false;
  if (!first && !fits(entries, bytes)) return false;
  if (unit.update.delivery == Delivery::apart && entries > options_.apart_entries_max && !first)
    return false;
  return take_claim(unit);
}

// What is packed comes from a source that names each record once.
bool Batcher::take_claim(Unit& unit) const {
  if (unit.update.delivery == Delivery::packed || unit.claim.holds()) return true;
  std::vector<std::string> targets;
  for (const auto& task : unit.tasks)
    if (!task.operation.entry.id.empty()) targets.push_back(task.operation.entry.target());
  auto claim = TargetClaim::take(held_, std::move(targets));
  if (claim) unit.claim = std::move(*claim);
  return claim.has_value();
}

void Batcher::again(std::unique_ptr<Unit> unit) {
  if (!unit->waiting.empty()) {
    unit->tasks = std::exchange(unit->waiting, {});
    part_to_write(*unit);
  } else {
    fill(*unit, std::exchange(unit->later, {}));
  }
  auto group = std::make_unique<Group>();
  group->units.push_back(std::move(unit));
  again_.push_back(std::move(group));
}

void Batcher::put_back(std::vector<std::unique_ptr<Unit>> units) {
  if (units.empty()) return;
  auto group = std::make_unique<Group>();
  group->units = std::move(units);
  again_.push_back(std::move(group));
}

void Batcher::split(Group& group) {
  while (group.units.size() > 1) {
    auto alone = std::make_unique<Group>();
    alone->units.push_back(std::move(group.units.back()));
    group.units.pop_back();
    again_.push_front(std::move(alone));
  }
}

void Batcher::put_back_alone(std::unique_ptr<Unit> unit) {
  std::vector<std::unique_ptr<Unit>> alone;
  alone.push_back(std::move(unit));
  put_back(std::move(alone));
}

void Batcher::cut(Group& group) {
  const auto middle = static_cast<std::ptrdiff_t>(group.units.size() / 2);
  auto second = std::make_unique<Group>();
  second->intended = group.intended;
  second->intended_ms = group.intended_ms;
  second->broken = group.broken;
  second->writes_done_before = group.writes_done_before;
  second->last_broken = group.last_broken;
  second->lost = group.lost;
  second->units.assign(std::make_move_iterator(group.units.begin() + middle),
                       std::make_move_iterator(group.units.end()));
  group.units.resize(static_cast<std::size_t>(middle));
  again_.push_front(std::move(second));
}

void Batcher::refused_size(std::size_t entries) {
  options_.entries_max = std::max(std::size_t{1}, std::min(options_.entries_max, entries / 2));
}

bool Batcher::part(Unit& unit) const {
  if (unit.update.delivery != Delivery::packed) return part_to_write(unit);
  const auto later = unit.later.size();
  fill_again(unit);
  return unit.later.size() != later;
}

bool Batcher::part_to_write(Unit& unit) const {
  const auto writes =
      std::stable_partition(unit.tasks.begin(), unit.tasks.end(),
                            [](const Task& task) { return task.state != TaskState::to_write; });
  std::vector<Task> all(std::make_move_iterator(writes), std::make_move_iterator(unit.tasks.end()));
  unit.tasks.erase(writes, unit.tasks.end());
  const auto before = unit.waiting.size();
  std::move(unit.waiting.begin(), unit.waiting.end(), std::back_inserter(all));
  unit.waiting.clear();
  if (all.size() <= options_.entries_max) {
    std::move(all.begin(), all.end(), std::back_inserter(unit.tasks));
    return false;
  }
  std::stable_partition(all.begin(), all.end(), [](const Task& task) {
    return task.operation.entry.write != rest::Write::remove;
  });
  std::vector<const rest::PushEntry*> entries;
  for (const auto& task : all)
    if (task.operation.entry.write != rest::Write::remove) entries.push_back(&task.operation.entry);
  auto parts = rest::reference_order(entries);
  for (auto i = entries.size(); i < all.size(); ++i) parts.push_back({i});
  std::size_t kept = 0;
  for (const auto& part : parts) {
    const bool waits =
        !unit.waiting.empty() || (kept > 0 && kept + part.size() > options_.entries_max);
    for (const auto i : part) (waits ? unit.waiting : unit.tasks).push_back(std::move(all[i]));
    kept += part.size();
  }
  return unit.waiting.size() > before;
}

void Batcher::part_singly(Unit& unit) const {
  unit.singly = true;
  fill_again(unit);
}

std::unique_ptr<Unit> Batcher::unit_of(RecordUpdate&& update) const {
  auto unit = std::make_unique<Unit>();
  auto operations = std::move(update.operations);
  unit->update = std::move(update);
  fill(*unit, std::move(operations));
  return unit;
}

// As many of the operations as a transaction may have; the others wait for their turn.
void Batcher::fill(Unit& unit, std::vector<Operation>&& operations) const {
  unit.tasks.clear();
  unit.later.clear();
  if (unit.update.delivery != Delivery::packed) {
    for (auto& operation : operations) unit.tasks.push_back(task_of(std::move(operation)));
    return;
  }
  if (unit.singly) {
    for (auto& operation : operations)
      if (unit.tasks.empty()) unit.tasks.push_back(task_of(std::move(operation)));
      else unit.later.push_back(std::move(operation));
    return;
  }
  auto afterwards = take_out_afterwards(operations);
  if (fits(operations.size(), bytes_of(operations))) {
    for (auto& operation : operations) unit.tasks.push_back(task_of(std::move(operation)));
  } else {
    std::size_t bytes = 0;
    for (auto& part : parts_in_order(std::move(operations))) {
      bytes += bytes_of(part);
      const bool waits = !unit.later.empty() ||
                         (!unit.tasks.empty() && !fits(unit.tasks.size() + part.size(), bytes));
      for (auto& operation : part)
        if (waits) unit.later.push_back(std::move(operation));
        else unit.tasks.push_back(task_of(std::move(operation)));
    }
  }
  std::move(afterwards.begin(), afterwards.end(), std::back_inserter(unit.later));
}

void Batcher::fill_again(Unit& unit) const {
  std::vector<Operation> operations;
  for (auto& task : unit.tasks) operations.push_back(std::move(task.operation));
  std::move(unit.later.begin(), unit.later.end(), std::back_inserter(operations));
  fill(unit, std::move(operations));
}

Task Batcher::task_of(Operation&& operation) const {
  Task task;
  const auto& known = operation.known;
  // What comes back after its retraction is read: the copy that was retracted may have had labels
  // of others.
  const bool sure = operation.effect == Effect::put && options_.if_match &&
                    !known.version.empty() && known.state == store::ResourceState::confirmed;
  const bool unknown = operation.effect == Effect::put &&
                       operation.entry.write == rest::Write::put && known.record.empty();
  if (operation.effect == Effect::keep) {
    task.state = TaskState::done;
  } else if (sure) {
    task.state = TaskState::to_write;
    task.etag = rest::etag_of_version(known.version);
  } else if (unknown && options_.only_new) {
    task.state = TaskState::to_write;
    task.only_new = true;
  }
  task.operation = std::move(operation);
  return task;
}

bool Batcher::fits(std::size_t entries, std::size_t bytes) const {
  return entries <= options_.entries_max && bytes <= options_.bytes_max;
}

}  // namespace paraneo::sync
