// What to do about what the server has.
#include <algorithm>
#include <iterator>

#include "sync/content.h"
#include "sync/run_group.h"

namespace paraneo::sync {

using store::ResourceState;

void Run::read(Group& group, std::int64_t delay_ms) {
  group.writing = false;
  group.single = nullptr;
  std::vector<const rest::PushEntry*> unread;
  Slot* first = nullptr;
  group.each([&](Slot& slot) {
    if (slot.state != SlotState::unread) return;
    if (first == nullptr) first = &slot;
    unread.push_back(&slot.want.entry);
  });
  if (unread.empty()) return decide(group);
  if (batch_works_ && !group.singly && unread.size() > 1)
    return ask(group, rest::batch_read_request(options_.base, unread), delay_ms);
  group.single = first;
  ask(group, rest::read_request(options_.base, first->want.entry), delay_ms);
}

// All that had to be read is read.
void Run::decide(Group& group) {
  if (group.recovery) return decide_recovery(group);
  Changes changes;
  std::vector<std::unique_ptr<Unit>> to_write;
  for (auto& unit : group.units) {
    bool parks = false;
    for (auto& slot : unit->slots) {
      if (slot.state == SlotState::read) decide_slot(slot);
      if (slot.conflict && options_.conflict != OnConflict::park) resolve(slot);
      parks = parks || slot.conflict;
    }
    const bool goes_on = !parks || goes_on_without_parked(*unit);
    if (parks && goes_on) set_parked_apart(*unit);
    const bool writes = std::any_of(unit->slots.begin(), unit->slots.end(),
                                    [](const Slot& slot) { return slot.state == SlotState::to_write; });
    if (!goes_on) park_unit(*unit, changes);
    else if (writes) to_write.push_back(std::move(unit));
    else finish_unit(std::move(unit), changes);
  }
  group.units = std::move(to_write);
  if (!apply(changes)) return;
  if (group.units.empty()) close(group);
  else write(group, 0);
}

// Whatever refers to what was deleted there would be refused.
bool Run::goes_on_without_parked(const Unit& unit) {
  return std::none_of(unit.slots.begin(), unit.slots.end(), [](const Slot& slot) { return slot.conflict && slot.current.empty(); });
}

void Run::set_parked_apart(Unit& unit) {
  const auto parked = std::stable_partition(unit.slots.begin(), unit.slots.end(), [](const Slot& slot) { return !slot.conflict; });
  unit.parked.insert(unit.parked.end(), std::make_move_iterator(parked), std::make_move_iterator(unit.slots.end()));
  unit.slots.erase(parked, unit.slots.end());
}

void Run::decide_slot(Slot& slot) const {
  const auto& known = slot.want.known;
  const bool absent = slot.current.empty();
  slot.was_there = !absent;
  slot.conflict = false;
  slot.state = SlotState::done;
  // Nobody but us was there since: the same version, or the same content under another one.
  const auto as_known = [&] {
    return (!known.version.empty() && rest::version_of_etag(slot.etag) == known.version) ||
           (!known.hash.empty() && hash_of(as_sent(slot.current, options_.limits)) == known.hash);
  };
  const auto same = [&] {
    return says_the_same(slot.want.entry.resource, slot.current, options_.base, options_.limits);
  };
  if (slot.want.act == Act::put) {
    const bool deleted_by_us = known.state == ResourceState::retracted && known.version.empty();
    const bool expected = !known.record.empty() && !known.hash.empty() && !deleted_by_us;
    if (!absent && same()) return;
    if (absent ? expected : !as_known()) slot.conflict = true;
    slot.state = SlotState::to_write;
    return;
  }
  if (absent) return;
  if (slot.want.act == Act::retract) {
    slot.want.entry.resource = entered_in_error(slot.current, options_.limits);
    if (same()) return;
  }
  if (!as_known()) slot.conflict = true;
  slot.state = SlotState::to_write;
}

// By policy, without asking a person.
void Run::resolve(Slot& slot) const {
  slot.conflict = false;
  if (options_.conflict == OnConflict::ours) return;
  slot.yields = true;
  slot.state = SlotState::done;
}

void Run::decide_recovery(Group& group) {
  Changes changes;
  for (const auto& unit : group.units) {
    for (const auto& slot : unit->slots) {
      if (slot.state != SlotState::read) continue;
      auto row = slot.want.known;
      const auto& intent = slot.want.entry.resource;
      const bool there = !slot.current.empty() && !intent.empty() &&
                         says_the_same(intent, slot.current, options_.base, options_.limits);
      const bool happened = slot.want.act == Act::remove ? slot.current.empty() : there;
      row.intent_hash.clear();
      row.intent_body.clear();
      row.state = row.before;
      if (happened) {
        ++report_.settled;
        row.state = slot.want.act == Act::put ? ResourceState::confirmed : ResourceState::retracted;
        row.version = rest::version_of_etag(slot.etag);
        row.hash = slot.want.act == Act::put ? slot.want.hash : there ? hash_of(intent) : std::string();
        changes.emplace_back(audit_row(slot, "settle"));
      }
      if (row.hash.empty() && !happened && row.state != ResourceState::retracted) changes.emplace_back(store::ForgetResource{row.target, row.record});
      else changes.emplace_back(std::move(row));
    }
    changes.emplace_back(store::Release{store::claim_on_record(unit->work.record)});
  }
  if (apply(changes)) close(group);
}

// The intent goes to the ledger before the request goes anywhere.
void Run::write(Group& group, std::int64_t delay_ms) {
  // 5xx time and again: look for the record that does it.
  if (group.broken >= options_.broken_cut && group.units.size() > 1) cut(group);
  const bool alone = group.units.size() == 1 && group.broken >= options_.broken_tries_max;
  if (alone && writes_done_ > group.writes_done_before) return refused(group, group.last_broken);
  Changes changes;
  std::vector<rest::Sending> all;
  for (const auto& unit : group.units) {
    auto record = record_row(unit->work, store::RecordState::active);
    record.content_hash.clear();  // neither the old content nor the new one
    changes.emplace_back(std::move(record));
    for (const auto& slot : unit->slots) {
      if (slot.state != SlotState::to_write) continue;
      all.push_back({&slot.want.entry, slot.etag});
      changes.emplace_back(on_the_way(*unit, slot, ResourceState::intended));
    }
  }
  if (!group.intended && !apply(changes)) return;
  group.intended = true;
  group.writing = true;
  ask(group, rest::transaction_request(options_.base, all), delay_ms);
}

}  // namespace paraneo::sync
