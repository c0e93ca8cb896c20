// Entry points: intended(), written(), finished(), refused().
#include "sync/reconcile/outcome.h"

#include <algorithm>
#include <iterator>

#include "diag/counted.h"
#include "sync/content.h"
#include "sync/reconcile/writer.h"

namespace paraneo::sync {
namespace {

using store::RecordState;
using store::ResourceRow;
using store::ResourceState;

constexpr std::size_t kOutcomeBytesMax = std::size_t{64} << 10;

// The row as it was before this run touched it; a row that was not there is forgotten.
store::Change undone(const Operation& operation, const std::string& record) {
  if (operation.known.record.empty())
    return store::ForgetResource{operation.entry.target(), record};
  auto row = operation.known;
  row.intent_hash.clear();
  row.intent_body.clear();
  if (is_in_flight(row)) row.state = row.before;
  return row;
}

ResourceRow on_the_way(const Unit& unit, const Task& task, ResourceState state) {
  const auto& known = task.operation.known;
  const auto before = is_in_flight(known) ? known.before : known.state;
  return {task.operation.entry.target(),
          unit.update.record,
          state,
          known.hash,
          known.version,
          task.operation.hash,
          task.operation.entry.resource,
          before};
}

// What waits for another transaction may have been on its way in one that was refused.
void undo_waiting(const Unit& unit, Outcome::Changes& changes) {
  for (const auto* operations : {&unit.later, &unit.still_referred_to})
    for (const auto& operation : *operations)
      changes.emplace_back(undone(operation, unit.update.record));
}

// What is written over it with this version need not be read before; what has labels of others must
// be, so that they stay.
std::string version_of(const Task& task) {
  return task.labelled ? std::string() : rest::version_of_etag(task.etag);
}

// What the server holds of it from now on.
ResourceRow settled_row(const RecordUpdate& update, const Task& task) {
  const auto& operation = task.operation;
  ResourceRow row{operation.entry.target(),
                  update.record,
                  ResourceState::confirmed,
                  operation.hash,
                  version_of(task),
                  {},
                  {},
                  ResourceState::confirmed};
  if (operation.effect == Effect::keep || (task.yields && operation.effect != Effect::put)) {
    row.state = ResourceState::kept;
    row.hash = operation.known.hash;
    row.version = operation.known.version;
  } else if (operation.effect != Effect::put) {
    const bool marked =
        operation.effect == Effect::retract && (!task.current.empty() || !task.etag.empty());
    row.state = ResourceState::retracted;
    row.hash = marked ? hash_of(operation.entry.resource) : std::string();
  }
  return row;
}

// Adds what of the unit was not brought about to the failure.
void count_unfinished(const Unit& unit, RunFailure& failure) {
  const auto add = [&](const rest::PushEntry& entry) {
    if (failure.resources++ > 0) return failure.target.clear();
    failure.target = entry.target();
    failure.place = entry.place;
  };
  for (const auto& task : unit.tasks)
    if (task.state != TaskState::done) add(task.operation.entry);
  for (const auto& task : unit.waiting) add(task.operation.entry);
  for (const auto& operation : unit.later) add(operation.entry);
}

std::string words_of(const rest::Reply& reply, const Error& error) {
  const auto outcome = reply.issues.empty() ? error.what : reply.body.substr(0, kOutcomeBytesMax);
  return outcome.empty() ? error.what : outcome;
}

}  // namespace

Outcome::Changes Outcome::intended(const Group& group) const {
  Changes changes;
  for (const auto& unit : group.units) {
    auto record = record_row(unit->update, RecordState::active);
    record.content_hash.clear();  // neither the old content nor the new one
    changes.emplace_back(std::move(record));
    for (const auto& task : unit->tasks)
      if (task.state == TaskState::to_write)
        changes.emplace_back(on_the_way(*unit, task, ResourceState::intended));
  }
  return changes;
}

Outcome::Changes Outcome::doubtful(Group& group, bool unknown) const {
  Changes changes;
  for (auto& unit : group.units)
    for (auto& task : unit->tasks) {
      if (task.state != TaskState::to_write) continue;
      task.state = TaskState::unread;
      task.doubtful = unknown;
      task.only_new = false;
      changes.emplace_back(on_the_way(*unit, task, ResourceState::sent));
    }
  return changes;
}

void Outcome::written(Group& group, std::vector<rest::EntryAnswer>& answers, Changes& changes) {
  std::size_t at = 0;
  for (auto& unit : group.units) {
    std::uint64_t retracted = 0;
    for (auto& task : unit->tasks) {
      if (task.state != TaskState::to_write) continue;
      auto& answer = answers[at++];
      if (!is_done(answer)) continue;
      const bool created = answer.status == 201;
      task.etag = task.operation.effect == Effect::remove ? std::string() : std::move(answer.etag);
      task.state = TaskState::done;
      task.written = true;
      task.was_there = false;  // counted here, not as found
      task.doubtful = false;
      unit->deleted_any = unit->deleted_any || task.operation.effect == Effect::remove;
      retracted += task.operation.effect == Effect::put ? 0U : 1U;
      report_.deleted += task.operation.effect == Effect::remove ? 1U : 0U;
      if (task.operation.effect != Effect::put) ++report_.retracted;
      else ++(created ? report_.created : report_.updated);
      const auto* action = task.operation.effect == Effect::remove    ? "delete"
                           : task.operation.effect == Effect::retract ? "retract"
                           : created                                  ? "create"
                                                                      : "update";
      changes.emplace_back(audit_row(task, action));
    }
    tell_retraction(unit->update.record, retracted);
    if (++unit->parts_written == 2 && unit->update.delivery == Delivery::whole) ++report_.in_parts;
  }
}

bool Outcome::finished(Unit& unit, Changes& changes) {
  for (const auto& task : unit.tasks) {
    changes.emplace_back(settled_row(unit.update, task));
    report_.unchanged += task.written ? 0U : 1U;
    report_.labelled += task.labelled ? 1U : 0U;
    if (task.yields) ++report_.yielded;
    else if (task.doubtful) ++report_.settled;
    else if (task.was_there) ++report_.found;
  }
  ++unit.parts_done;
  // What is gone now may have been all that referred to them.
  if (unit.later.empty() && std::exchange(unit.deleted_any, false))
    unit.later = std::exchange(unit.still_referred_to, {});
  if (!unit.later.empty() || !unit.waiting.empty()) return false;
  if (unit.still_referred_to.empty()) record_ended(unit, changes);
  else leave_referred(unit, changes);
  return true;
}

void Outcome::recovered(const Group& group, const Decider& decider, Changes& changes) {
  for (const auto& unit : group.units) {
    for (const auto& task : unit->tasks) {
      if (task.state != TaskState::read) continue;
      auto row = task.operation.known;
      const auto settled = decider.settled(task);
      const bool happened = settled != Decider::Settled::nothing;
      row.intent_hash.clear();
      row.intent_body.clear();
      row.state = row.before;
      if (happened) {
        ++report_.settled;
        const bool put = task.operation.effect == Effect::put;
        row.state = put ? ResourceState::confirmed : ResourceState::retracted;
        const bool labelled = put && decider.has_labels_of_others(task);
        row.version = labelled ? std::string() : rest::version_of_etag(task.etag);
        row.hash = put                                 ? task.operation.hash
                   : settled == Decider::Settled::done ? hash_of(task.operation.entry.resource)
                                                       : std::string();
        changes.emplace_back(audit_row(task, "settle"));
      }
      if (row.hash.empty() && !happened && row.state != ResourceState::retracted)
        changes.emplace_back(store::ForgetResource{row.target, row.record});
      else changes.emplace_back(std::move(row));
    }
    changes.emplace_back(store::Release{store::claim_on_record(unit->update.record)});
  }
}

void Outcome::parked(const Unit& unit, Changes& changes) {
  for (const auto& task : unit.tasks) {
    if (task.conflict) continue;
    const auto& operation = task.operation;
    // What was found as it should be needs no second look.
    const bool found = operation.effect == Effect::put && task.state == TaskState::done;
    if (found)
      changes.emplace_back(ResourceRow{operation.entry.target(),
                                       unit.update.record,
                                       ResourceState::confirmed,
                                       operation.hash,
                                       version_of(task),
                                       {},
                                       {},
                                       ResourceState::confirmed});
    else changes.emplace_back(undone(operation, unit.update.record));
  }
  undo_waiting(unit, changes);
  auto parked = unit.parked;
  std::copy_if(unit.tasks.begin(), unit.tasks.end(), std::back_inserter(parked),
               [](const Task& task) { return task.conflict; });
  park(unit, parked, changes);
}

// Nothing of it was done, but in earlier transactions.
void Outcome::refused(const Unit& unit, const Error& why, const rest::Reply& reply,
                      Changes& changes, const Task* task) {
  ++report_.dead;
  const auto& update = unit.update;
  auto error = why;
  if (unit.parts_done > 0 && update.delivery == Delivery::packed)
    error.what += " (after " + diag::counted(unit.parts_done, "earlier transaction") +
                  " of this large record went through)";
  for (const auto& each : unit.tasks)
    changes.emplace_back(undone(each.operation, unit.update.record));
  undo_waiting(unit, changes);
  changes.emplace_back(store::DeadLetter{update.record, update.source, update.place,
                                         clock_.now_ms(), reply.status, words_of(reply, error)});
  changes.emplace_back(store::RemoveConflicts{update.record});
  set_aside(update, RecordState::dead, changes);
  if (update.delivery == Delivery::packed)
    return fail_record(update, std::move(error), RunFailure::Kind::refused);
  RunFailure rest{RunFailure::Kind::refused, update.record, {}, std::move(error)};
  count_unfinished(unit, rest);
  if (task != nullptr) {
    keep({RunFailure::Kind::refused, update.record, task->operation.entry.place, rest.error,
          task->operation.entry.target(), 1});
    rest.error = fail(ErrorCode::entry_refused,
                      "not written, because another entry of the transaction failed");
    --rest.resources;
  }
  if (rest.resources > 0) keep(std::move(rest));
}

void Outcome::given_up(const Group& group, const Error& error) {
  report_.dead += group.units.size();
  RunFailure failure{RunFailure::Kind::refused, {}, {}, error};
  for (const auto& unit : group.units) count_unfinished(*unit, failure);
  if (failure.resources > 0) keep(std::move(failure));
}

void Outcome::refused_deletion(Unit& unit, const rest::Reply& reply) {
  unit.refusal = reply;
  for (auto& task : unit.tasks) unit.still_referred_to.push_back(std::move(task.operation));
  unit.tasks.clear();
}

void Outcome::unfit(const RecordUpdate& update, Changes& changes) {
  ++report_.dead;
  fail_record(update,
              update.error ? *update.error
                           : fail(ErrorCode::entry_refused, *update.refusal, update.place,
                                  "correct it at its source: the next run takes it up"),
              RunFailure::Kind::refused);
  if (update.delivery != Delivery::packed) return;  // nobody will ask for it
  const auto name = update.record.empty() ? update.place : update.record;
  changes.emplace_back(
      store::DeadLetter{name, update.source, update.place, clock_.now_ms(), 0, *update.refusal});
  set_aside(update, RecordState::dead, changes);
}

void Outcome::record_ended(const Unit& unit, Changes& changes) {
  const auto& update = unit.update;
  if (!unit.parked.empty()) return park(unit, unit.parked, changes);
  ++report_.records;
  changes.emplace_back(record_row(update, update.after));
  changes.emplace_back(store::RemoveDeadLetter{update.record});
  changes.emplace_back(store::RemoveConflicts{update.record});
  if (update.held) changes.emplace_back(store::RemoveHeld{update.record});
  changes.emplace_back(store::Release{store::claim_on_record(update.record)});
}

// It stays what it was, so that the next run finds it once more. A source that says nothing twice
// has to be asked by a person.
void Outcome::leave_referred(const Unit& unit, Changes& changes) {
  ++report_.referred;
  const auto& update = unit.update;
  for (const auto& operation : unit.still_referred_to)
    changes.emplace_back(undone(operation, unit.update.record));
  auto error = rest::to_error(unit.refusal, rest::Method::del,
                              base_ + "/" + unit.still_referred_to.front().entry.type);
  changes.emplace_back(store::DeadLetter{update.record, update.source, update.place,
                                         clock_.now_ms(), unit.refusal.status,
                                         words_of(unit.refusal, error)});
  changes.emplace_back(store::RemoveConflicts{update.record});
  if (update.held) {
    set_aside(update, RecordState::dead, changes);
  } else {
    auto row = record_row(update, RecordState::active);
    row.content_hash.clear();
    changes.emplace_back(std::move(row));
    changes.emplace_back(store::Release{store::claim_on_record(update.record)});
  }
  error.what = diag::counted(unit.still_referred_to.size(), "resource") +
               " of a record that vanished cannot be deleted: " + error.what;
  error.advice = "something else on the server refers to it; the next run tries again";
  fail_record(update, std::move(error), RunFailure::Kind::referred);
}

// The record waits for a person; what else there is of it has been dealt with.
void Outcome::park(const Unit& unit, const std::vector<Task>& tasks, Changes& changes) {
  ++report_.parked;
  const auto& update = unit.update;
  changes.emplace_back(store::RemoveConflicts{update.record});
  changes.emplace_back(store::RemoveDeadLetter{update.record});
  for (const auto& task : tasks) {
    const auto& operation = task.operation;
    changes.emplace_back(ResourceRow{operation.entry.target(),
                                     update.record,
                                     ResourceState::parked,
                                     operation.known.hash,
                                     operation.known.version,
                                     {},
                                     {},
                                     ResourceState::confirmed});
    changes.emplace_back(store::Conflict{
        operation.entry.target(), update.record, clock_.now_ms(),
        operation.effect == Effect::remove ? std::string() : operation.entry.resource, task.current,
        rest::version_of_etag(task.etag)});
  }
  set_aside(update, RecordState::parked, changes);
  fail_record(update,
              fail(ErrorCode::version_conflict,
                   "parked: " + tasks.front().operation.entry.target() +
                       " on the server is not as it was left there",
                   update.place,
                   "compare both with 'sync status', then 'sync retry --resolve ours' or 'theirs'"),
              RunFailure::Kind::parked);
}

// From here on it waits for a person, or for another text from its source.
void Outcome::set_aside(const RecordUpdate& update, RecordState state, Changes& changes) const {
  if (update.held) changes.emplace_back(*update.held);
  if (update.record.empty()) return;
  changes.emplace_back(record_row(update, state));
  changes.emplace_back(store::Release{store::claim_on_record(update.record)});
}

store::RecordRow Outcome::record_row(const RecordUpdate& update, RecordState state) const {
  // What has vanished and comes back must be looked at again.
  return {update.record, update.source,
          update.place,  is_gone(state) ? std::string() : update.content_hash,
          state,         clock_.now_ms()};
}

store::AuditRow Outcome::audit_row(const Task& task, std::string_view action) const {
  return {clock_.now_ms(),
          base_,
          task.operation.entry.target(),
          std::string(action),
          rest::version_of_etag(task.etag),
          task.operation.hash};
}

void Outcome::fail_record(const RecordUpdate& update, Error error, RunFailure::Kind kind) {
  keep({kind, update.record, update.place, std::move(error), {}, 1});
}

void Outcome::keep(RunFailure failure) {
  report_.failed += failure.resources;
  if (failure.error.fault == Fault::conflict) report_.in_conflict += failure.resources;
  if (report_.failures.size() < failures_kept_max_) report_.failures.push_back(std::move(failure));
}

void Outcome::tell_retraction(const std::string& record, std::uint64_t resources) {
  if (resources == 0) return;
  ++report_.records_retracting;
  if (report_.retractions.size() < failures_kept_max_)
    report_.retractions.push_back({record, resources});
}

}  // namespace paraneo::sync
