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
store::Change undone(const Want& want, const std::string& record) {
  if (want.known.record.empty()) return store::ForgetResource{want.entry.target(), record};
  auto row = want.known;
  row.intent_hash.clear();
  row.intent_body.clear();
  if (is_on_the_way(row)) row.state = row.before;
  return row;
}

ResourceRow on_the_way(const Unit& unit, const Slot& slot, ResourceState state) {
  const auto& known = slot.want.known;
  const auto before = is_on_the_way(known) ? known.before : known.state;
  return {slot.want.entry.target(), unit.work.record,         state, known.hash, known.version,
          slot.want.hash,           slot.want.entry.resource, before};
}

// What waits for another transaction may have been on its way in one that was refused.
void undo_waiting(const Unit& unit, Outcome::Changes& changes) {
  for (const auto* wants : {&unit.later, &unit.still_referred_to})
    for (const auto& want : *wants) changes.emplace_back(undone(want, unit.work.record));
}

// What the server holds of it from now on.
ResourceRow settled_row(const Work& work, const Slot& slot) {
  const auto& want = slot.want;
  ResourceRow row{want.entry.target(),
                  work.record,
                  ResourceState::confirmed,
                  want.hash,
                  rest::version_of_etag(slot.etag),
                  {},
                  {},
                  ResourceState::confirmed};
  if (want.act == Act::keep || (slot.yields && want.act != Act::put)) {
    row.state = ResourceState::kept;
    row.hash = want.known.hash;
    row.version = want.known.version;
  } else if (want.act != Act::put) {
    const bool marked = want.act == Act::retract && (!slot.current.empty() || !slot.etag.empty());
    row.state = ResourceState::retracted;
    row.hash = marked ? hash_of(want.entry.resource) : std::string();
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
  for (const auto& slot : unit.slots)
    if (slot.state != SlotState::done) add(slot.want.entry);
  for (const auto& slot : unit.waiting) add(slot.want.entry);
  for (const auto& want : unit.later) add(want.entry);
}

std::string words_of(const rest::Reply& reply, const Error& error) {
  const auto outcome = reply.issues.empty() ? error.what : reply.body.substr(0, kOutcomeBytesMax);
  return outcome.empty() ? error.what : outcome;
}

}  // namespace

Outcome::Changes Outcome::intended(const Group& group) const {
  Changes changes;
  for (const auto& unit : group.units) {
    auto record = record_row(unit->work, RecordState::active);
    record.content_hash.clear();  // neither the old content nor the new one
    changes.emplace_back(std::move(record));
    for (const auto& slot : unit->slots)
      if (slot.state == SlotState::to_write)
        changes.emplace_back(on_the_way(*unit, slot, ResourceState::intended));
  }
  return changes;
}

Outcome::Changes Outcome::doubtful(Group& group, bool unknown) const {
  Changes changes;
  for (auto& unit : group.units)
    for (auto& slot : unit->slots) {
      if (slot.state != SlotState::to_write) continue;
      slot.state = SlotState::unread;
      slot.doubtful = unknown;
      slot.only_new = false;
      changes.emplace_back(on_the_way(*unit, slot, ResourceState::sent));
    }
  return changes;
}

void Outcome::written(Group& group, std::vector<rest::EntryAnswer>& answers, Changes& changes) {
  std::size_t at = 0;
  for (auto& unit : group.units) {
    std::uint64_t retracted = 0;
    for (auto& slot : unit->slots) {
      if (slot.state != SlotState::to_write) continue;
      auto& answer = answers[at++];
      if (!is_done(answer)) continue;
      const bool created = answer.status == 201;
      slot.etag = slot.want.act == Act::remove ? std::string() : std::move(answer.etag);
      slot.state = SlotState::done;
      slot.written = true;
      slot.was_there = false;  // counted here, not as found
      slot.doubtful = false;
      unit->deleted_any = unit->deleted_any || slot.want.act == Act::remove;
      retracted += slot.want.act == Act::put ? 0U : 1U;
      report_.deleted += slot.want.act == Act::remove ? 1U : 0U;
      if (slot.want.act != Act::put) ++report_.retracted;
      else ++(created ? report_.created : report_.updated);
      const auto* action = slot.want.act == Act::remove    ? "delete"
                           : slot.want.act == Act::retract ? "retract"
                           : created                       ? "create"
                                                           : "update";
      changes.emplace_back(audit_row(slot, action));
    }
    tell_retraction(unit->work.record, retracted);
    if (++unit->parts_written == 2 && unit->work.travel == Travel::whole) ++report_.in_parts;
  }
}

bool Outcome::finished(Unit& unit, Changes& changes) {
  for (const auto& slot : unit.slots) {
    changes.emplace_back(settled_row(unit.work, slot));
    report_.unchanged += slot.written ? 0U : 1U;
    if (slot.yields) ++report_.yielded;
    else if (slot.doubtful) ++report_.settled;
    else if (slot.was_there) ++report_.found;
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
    for (const auto& slot : unit->slots) {
      if (slot.state != SlotState::read) continue;
      auto row = slot.want.known;
      const auto settled = decider.settled(slot);
      const bool happened = settled != Decider::Settled::nothing;
      row.intent_hash.clear();
      row.intent_body.clear();
      row.state = row.before;
      if (happened) {
        ++report_.settled;
        const bool put = slot.want.act == Act::put;
        row.state = put ? ResourceState::confirmed : ResourceState::retracted;
        row.version = rest::version_of_etag(slot.etag);
        row.hash = put                                 ? slot.want.hash
                   : settled == Decider::Settled::done ? hash_of(slot.want.entry.resource)
                                                       : std::string();
        changes.emplace_back(audit_row(slot, "settle"));
      }
      if (row.hash.empty() && !happened && row.state != ResourceState::retracted)
        changes.emplace_back(store::ForgetResource{row.target, row.record});
      else changes.emplace_back(std::move(row));
    }
    changes.emplace_back(store::Release{store::claim_on_record(unit->work.record)});
  }
}

void Outcome::parked(const Unit& unit, Changes& changes) {
  for (const auto& slot : unit.slots) {
    if (slot.conflict) continue;
    const auto& want = slot.want;
    // What was found as it should be needs no second look.
    const bool found = want.act == Act::put && slot.state == SlotState::done;
    if (found)
      changes.emplace_back(ResourceRow{want.entry.target(),
                                       unit.work.record,
                                       ResourceState::confirmed,
                                       want.hash,
                                       rest::version_of_etag(slot.etag),
                                       {},
                                       {},
                                       ResourceState::confirmed});
    else changes.emplace_back(undone(want, unit.work.record));
  }
  undo_waiting(unit, changes);
  auto parked = unit.parked;
  std::copy_if(unit.slots.begin(), unit.slots.end(), std::back_inserter(parked),
               [](const Slot& slot) { return slot.conflict; });
  park(unit, parked, changes);
}

// Nothing of it was done, but in earlier transactions.
void Outcome::refused(const Unit& unit, const Error& why, const rest::Reply& reply,
                      Changes& changes, const Slot* slot) {
  ++report_.dead;
  const auto& work = unit.work;
  auto error = why;
  if (unit.parts_done > 0 && work.travel == Travel::packed)
    error.what += " (after " + diag::counted(unit.parts_done, "earlier transaction") +
                  " of this large record went through)";
  for (const auto& each : unit.slots) changes.emplace_back(undone(each.want, unit.work.record));
  undo_waiting(unit, changes);
  changes.emplace_back(store::Letter{work.record, work.source, work.place, clock_.now_ms(),
                                     reply.status, words_of(reply, error)});
  changes.emplace_back(store::RemoveConflicts{work.record});
  set_aside(work, RecordState::dead, changes);
  if (work.travel == Travel::packed)
    return fail_record(work, std::move(error), RunFailure::Kind::refused);
  RunFailure rest{RunFailure::Kind::refused, work.record, {}, std::move(error)};
  count_unfinished(unit, rest);
  if (slot != nullptr) {
    keep({RunFailure::Kind::refused, work.record, slot->want.entry.place, rest.error,
          slot->want.entry.target(), 1});
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
  for (auto& slot : unit.slots) unit.still_referred_to.push_back(std::move(slot.want));
  unit.slots.clear();
}

void Outcome::unfit(const Work& work, Changes& changes) {
  ++report_.dead;
  fail_record(work,
              work.error ? *work.error : fail(ErrorCode::entry_refused, *work.refusal, work.place),
              RunFailure::Kind::refused);
  if (work.travel != Travel::packed) return;  // nobody will ask for it
  const auto name = work.record.empty() ? work.place : work.record;
  changes.emplace_back(
      store::Letter{name, work.source, work.place, clock_.now_ms(), 0, *work.refusal});
  set_aside(work, RecordState::dead, changes);
}

void Outcome::record_ended(const Unit& unit, Changes& changes) {
  const auto& work = unit.work;
  if (!unit.parked.empty()) return park(unit, unit.parked, changes);
  ++report_.records;
  changes.emplace_back(record_row(work, work.after));
  changes.emplace_back(store::RemoveLetter{work.record});
  changes.emplace_back(store::RemoveConflicts{work.record});
  if (work.held) changes.emplace_back(store::RemoveHeld{work.record});
  changes.emplace_back(store::Release{store::claim_on_record(work.record)});
}

// It stays what it was, so that the next run finds it once more. A source that says nothing twice
// has to be asked by a person.
void Outcome::leave_referred(const Unit& unit, Changes& changes) {
  ++report_.referred;
  const auto& work = unit.work;
  for (const auto& want : unit.still_referred_to)
    changes.emplace_back(undone(want, unit.work.record));
  auto error = rest::to_error(unit.refusal, rest::Method::del,
                              base_ + "/" + unit.still_referred_to.front().entry.type);
  changes.emplace_back(store::Letter{work.record, work.source, work.place, clock_.now_ms(),
                                     unit.refusal.status, words_of(unit.refusal, error)});
  changes.emplace_back(store::RemoveConflicts{work.record});
  if (work.held) {
    set_aside(work, RecordState::dead, changes);
  } else {
    auto row = record_row(work, RecordState::active);
    row.content_hash.clear();
    changes.emplace_back(std::move(row));
    changes.emplace_back(store::Release{store::claim_on_record(work.record)});
  }
  error.what = diag::counted(unit.still_referred_to.size(), "resource") +
               " of a record that vanished cannot be deleted: " + error.what;
  error.advice = "something else on the server refers to it; the next run tries again";
  fail_record(work, std::move(error), RunFailure::Kind::referred);
}

// The record waits for a person; what else there is of it has been dealt with.
void Outcome::park(const Unit& unit, const std::vector<Slot>& slots, Changes& changes) {
  ++report_.parked;
  const auto& work = unit.work;
  changes.emplace_back(store::RemoveConflicts{work.record});
  changes.emplace_back(store::RemoveLetter{work.record});
  for (const auto& slot : slots) {
    const auto& want = slot.want;
    changes.emplace_back(ResourceRow{want.entry.target(),
                                     work.record,
                                     ResourceState::parked,
                                     want.known.hash,
                                     want.known.version,
                                     {},
                                     {},
                                     ResourceState::confirmed});
    changes.emplace_back(
        store::Conflict{want.entry.target(), work.record, clock_.now_ms(),
                        want.act == Act::remove ? std::string() : want.entry.resource, slot.current,
                        rest::version_of_etag(slot.etag)});
  }
  set_aside(work, RecordState::parked, changes);
  fail_record(work,
              fail(ErrorCode::version_conflict,
                   "parked: " + slots.front().want.entry.target() +
                       " on the server is not as it was left there",
                   work.place,
                   "compare both with 'sync status', then 'sync retry --resolve ours' or 'theirs'"),
              RunFailure::Kind::parked);
}

// From here on it waits for a person, or for another text from its source.
void Outcome::set_aside(const Work& work, RecordState state, Changes& changes) const {
  if (work.held) changes.emplace_back(*work.held);
  if (work.record.empty()) return;
  changes.emplace_back(record_row(work, state));
  changes.emplace_back(store::Release{store::claim_on_record(work.record)});
}

store::RecordRow Outcome::record_row(const Work& work, RecordState state) const {
  // What has vanished and comes back must be looked at again.
  return {work.record, work.source,
          work.place,  is_gone(state) ? std::string() : work.content_hash,
          state,       clock_.now_ms()};
}

store::AuditRow Outcome::audit_row(const Slot& slot, std::string_view action) const {
  return {clock_.now_ms(),
          base_,
          slot.want.entry.target(),
          std::string(action),
          rest::version_of_etag(slot.etag),
          slot.want.hash};
}

void Outcome::fail_record(const Work& work, Error error, RunFailure::Kind kind) {
  keep({kind, work.record, work.place, std::move(error), {}, 1});
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
