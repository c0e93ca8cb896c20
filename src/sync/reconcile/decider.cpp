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
  const auto parked = std::stable_partition(unit.slots.begin(), unit.slots.end(),
                                            [](const Slot& slot) { return !slot.conflict; });
  unit.parked.insert(unit.parked.end(), std::make_move_iterator(parked),
                     std::make_move_iterator(unit.slots.end()));
  unit.slots.erase(parked, unit.slots.end());
}

}  // namespace

Decider::Decision Decider::decide(Unit& unit) const {
  for (auto& slot : unit.slots) {
    if (slot.state != SlotState::read || !slot.want.entry.id.empty()) continue;
    if (const auto known = resolve_condition(unit, slot, base_, limits_); !known)
      return {Verdict::refuse, known.error(), &slot};
  }
  bool parks = false;
  bool goes_on = true;
  for (auto& slot : unit.slots) {
    if (slot.state == SlotState::read) decide(slot);
    if (slot.conflict && conflict_ != OnConflict::park) resolve(slot);
    parks = parks || slot.conflict;
    // Whatever refers to what was deleted there would be refused.
    goes_on = goes_on && !(slot.conflict && slot.current.empty());
  }
  if (!goes_on) return {Verdict::park};
  if (parks) set_parked_apart(unit);
  const bool writes = std::any_of(unit.slots.begin(), unit.slots.end(), [](const Slot& slot) {
    return slot.state == SlotState::to_write;
  });
  return {writes ? Verdict::write : Verdict::finish};
}

void Decider::decide(Slot& slot) const {
  const auto& known = slot.want.known;
  const bool absent = slot.current.empty();
  slot.was_there = !absent;
  slot.conflict = false;
  slot.state = SlotState::done;
  if (slot.want.act == Act::put) {
    const bool deleted_by_us = known.state == ResourceState::retracted && known.version.empty();
    const bool expected = !known.record.empty() && !known.hash.empty() && !deleted_by_us;
    if (!absent && same(slot)) return;
    if (absent ? expected : !as_known(slot)) slot.conflict = true;
    slot.state = SlotState::to_write;
    return;
  }
  if (absent) return;
  if (slot.want.act == Act::retract) {
    slot.want.entry.resource = entered_in_error(slot.current, limits_);
    if (same(slot)) return;
  }
  if (!as_known(slot)) slot.conflict = true;
  slot.state = SlotState::to_write;
}

// By policy, without asking a person.
void Decider::resolve(Slot& slot) const {
  slot.conflict = false;
  if (conflict_ == OnConflict::ours) return;
  slot.yields = true;
  slot.state = SlotState::done;
}

// Nobody but us was there since: the same version, or the same content under another one.
bool Decider::as_known(const Slot& slot) const {
  const auto& known = slot.want.known;
  return (!known.version.empty() && rest::version_of_etag(slot.etag) == known.version) ||
         (!known.hash.empty() && hash_of(as_sent(slot.current, limits_)) == known.hash);
}

bool Decider::same(const Slot& slot) const {
  return says_the_same(slot.want.entry.resource, slot.current, base_, limits_);
}

Decider::Settled Decider::settled(const Slot& slot) const {
  const bool there = !slot.current.empty() && !slot.want.entry.resource.empty() && same(slot);
  if (slot.want.act != Act::remove) return there ? Settled::done : Settled::nothing;
  return slot.current.empty() ? Settled::removed : Settled::nothing;
}

}  // namespace paraneo::sync
