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

std::size_t bytes_of(const std::vector<Want>& wants) {
  std::size_t bytes = 0;
  for (const auto& want : wants) bytes += want.entry.resource.size();
  return bytes;
}

// What others may refer to is deleted after all else, so that the server can refuse it by itself:
// what is deleted, after what is written; the Patient, after what is deleted.
std::vector<Want> take_out_afterwards(std::vector<Want>& wants) {
  const auto removed = [](const Want& want) { return want.act == Act::remove; };
  const auto subject = [](const Want& want) {
    return want.act == Act::remove && want.entry.type == "Patient";
  };
  std::vector<Want> afterwards;
  const auto take_out = [&](const auto& which) {
    const auto begin = std::stable_partition(wants.begin(), wants.end(),
                                             [&](const Want& want) { return !which(want); });
    if (begin == wants.begin()) return;
    afterwards.insert(afterwards.end(), std::make_move_iterator(begin),
                      std::make_move_iterator(wants.end()));
    wants.erase(begin, wants.end());
  };
  if (std::all_of(wants.begin(), wants.end(), removed)) take_out(subject);
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
      if (auto work = take()) unit = unit_of(std::move(*work));
    if (!unit) break;
    std::size_t unit_bytes = 0;
    for (const auto& slot : unit->slots) unit_bytes += slot.want.entry.resource.size();
    if (!joins(*group, *unit, entries + unit->slots.size(), bytes + unit_bytes)) {
      left_over_ = std::move(unit);
      break;
    }
    entries += unit->slots.size();
    bytes += unit_bytes;
    group->units.push_back(std::move(unit));
    if (group->travel() == Travel::whole) break;
  }
  return group->units.empty() ? nullptr : std::move(group);
}

// The first one always, whatever its size.
bool Batcher::joins(const Group& group, Unit& unit, std::size_t entries, std::size_t bytes) const {
  const bool first = group.units.empty();
  if (!first && group.travel() != unit.work.travel) return false;
  if (!first && unit.work.travel == Travel::whole) return false;
  if (!first && !fits(entries, bytes)) return false;
  if (unit.work.travel == Travel::apart && entries > options_.apart_entries_max && !first)
    return false;
  return take_claim(unit);
}

// What is packed comes from a source that names each record once.
bool Batcher::take_claim(Unit& unit) const {
  if (unit.work.travel == Travel::packed || unit.claim.holds()) return true;
  std::vector<std::string> targets;
  for (const auto& slot : unit.slots)
    if (!slot.want.entry.id.empty()) targets.push_back(slot.want.entry.target());
  auto claim = TargetClaim::take(held_, std::move(targets));
  if (claim) unit.claim = std::move(*claim);
  return claim.has_value();
}

void Batcher::again(std::unique_ptr<Unit> unit) {
  if (!unit->waiting.empty()) {
    unit->slots = std::exchange(unit->waiting, {});
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

void Batcher::cut(Group& group) {
  const auto middle = static_cast<std::ptrdiff_t>(group.units.size() / 2);
  auto second = std::make_unique<Group>();
  second->intended = group.intended;
  second->intended_ms = group.intended_ms;
  second->broken = group.broken;
  second->writes_done_before = group.writes_done_before;
  second->last_broken = group.last_broken;
  second->units.assign(std::make_move_iterator(group.units.begin() + middle),
                       std::make_move_iterator(group.units.end()));
  group.units.resize(static_cast<std::size_t>(middle));
  again_.push_front(std::move(second));
}

void Batcher::refused_size(std::size_t entries) {
  options_.entries_max = std::max(std::size_t{1}, std::min(options_.entries_max, entries / 2));
}

bool Batcher::part(Unit& unit) const {
  if (unit.work.travel != Travel::packed) return part_to_write(unit);
  const auto later = unit.later.size();
  fill_again(unit);
  return unit.later.size() != later;
}

bool Batcher::part_to_write(Unit& unit) const {
  const auto writes =
      std::stable_partition(unit.slots.begin(), unit.slots.end(),
                            [](const Slot& slot) { return slot.state != SlotState::to_write; });
  std::vector<Slot> all(std::make_move_iterator(writes), std::make_move_iterator(unit.slots.end()));
  unit.slots.erase(writes, unit.slots.end());
  const auto before = unit.waiting.size();
  std::move(unit.waiting.begin(), unit.waiting.end(), std::back_inserter(all));
  unit.waiting.clear();
  if (all.size() <= options_.entries_max) {
    std::move(all.begin(), all.end(), std::back_inserter(unit.slots));
    return false;
  }
  std::stable_partition(all.begin(), all.end(), [](const Slot& slot) {
    return slot.want.entry.write != rest::Write::remove;
  });
  std::vector<const rest::PushEntry*> entries;
  for (const auto& slot : all)
    if (slot.want.entry.write != rest::Write::remove) entries.push_back(&slot.want.entry);
  auto parts = rest::reference_order(entries);
  for (auto i = entries.size(); i < all.size(); ++i) parts.push_back({i});
  std::size_t kept = 0;
  for (const auto& part : parts) {
    const bool waits =
        !unit.waiting.empty() || (kept > 0 && kept + part.size() > options_.entries_max);
    for (const auto i : part) (waits ? unit.waiting : unit.slots).push_back(std::move(all[i]));
    kept += part.size();
  }
  return unit.waiting.size() > before;
}

void Batcher::part_singly(Unit& unit) const {
  unit.singly = true;
  fill_again(unit);
}

std::unique_ptr<Unit> Batcher::unit_of(Work&& work) const {
  auto unit = std::make_unique<Unit>();
  auto wants = std::move(work.wants);
  unit->work = std::move(work);
  fill(*unit, std::move(wants));
  return unit;
}

// As many of the wants as a transaction may have; the others wait for their turn.
void Batcher::fill(Unit& unit, std::vector<Want>&& wants) const {
  unit.slots.clear();
  unit.later.clear();
  if (unit.work.travel != Travel::packed) {
    for (auto& want : wants) unit.slots.push_back(slot_of(std::move(want)));
    return;
  }
  if (unit.singly) {
    for (auto& want : wants)
      if (unit.slots.empty()) unit.slots.push_back(slot_of(std::move(want)));
      else unit.later.push_back(std::move(want));
    return;
  }
  auto afterwards = take_out_afterwards(wants);
  if (fits(wants.size(), bytes_of(wants))) {
    for (auto& want : wants) unit.slots.push_back(slot_of(std::move(want)));
  } else {
    std::size_t bytes = 0;
    for (auto& part : parts_in_order(std::move(wants))) {
      bytes += bytes_of(part);
      const bool waits = !unit.later.empty() ||
                         (!unit.slots.empty() && !fits(unit.slots.size() + part.size(), bytes));
      for (auto& want : part)
        if (waits) unit.later.push_back(std::move(want));
        else unit.slots.push_back(slot_of(std::move(want)));
    }
  }
  std::move(afterwards.begin(), afterwards.end(), std::back_inserter(unit.later));
}

void Batcher::fill_again(Unit& unit) const {
  std::vector<Want> wants;
  for (auto& slot : unit.slots) wants.push_back(std::move(slot.want));
  std::move(unit.later.begin(), unit.later.end(), std::back_inserter(wants));
  fill(unit, std::move(wants));
}

Slot Batcher::slot_of(Want&& want) const {
  Slot slot;
  const auto& known = want.known;
  const bool sure = want.act == Act::put && options_.if_match && !known.version.empty() &&
                    (known.state == store::ResourceState::confirmed ||
                     known.state == store::ResourceState::retracted);
  const bool unknown =
      want.act == Act::put && want.entry.write == rest::Write::put && known.record.empty();
  if (want.act == Act::keep) {
    slot.state = SlotState::done;
  } else if (sure) {
    slot.state = SlotState::to_write;
    slot.etag = rest::etag_of_version(known.version);
  } else if (unknown && options_.only_new) {
    slot.state = SlotState::to_write;
    slot.only_new = true;
  }
  slot.want = std::move(want);
  return slot;
}

bool Batcher::fits(std::size_t entries, std::size_t bytes) const {
  return entries <= options_.entries_max && bytes <= options_.bytes_max;
}

}  // namespace paraneo::sync
