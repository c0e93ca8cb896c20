// What of one record goes into one transaction, and what afterwards.
#include <algorithm>
#include <iterator>

#include "sync/order.h"
#include "sync/run_group.h"

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
  const auto subject = [](const Want& want) { return want.act == Act::remove && want.entry.type == "Patient"; };
  std::vector<Want> afterwards;
  const auto take_out = [&](const auto& which) {
    const auto begin = std::stable_partition(wants.begin(), wants.end(), [&](const Want& want) { return !which(want); });
    if (begin == wants.begin()) return;
    afterwards.insert(afterwards.end(), std::make_move_iterator(begin), std::make_move_iterator(wants.end()));
    wants.erase(begin, wants.end());
  };
  if (std::all_of(wants.begin(), wants.end(), removed)) take_out(subject);
  else take_out(removed);
  return afterwards;
}

}  // namespace

// As many of the wants as a transaction may have; the others wait for their turn.
void Run::fill(Unit& unit, std::vector<Want>&& wants) const {
  unit.slots.clear();
  unit.later.clear();
  if (unit.singly) {
    for (auto& want : wants)
      if (unit.slots.empty()) unit.slots.push_back(slot_of(std::move(want)));
      else unit.later.push_back(std::move(want));
    return;
  }
  auto afterwards = take_out_afterwards(wants);
  const auto fits = [&](std::size_t count, std::size_t bytes) {
    return count <= options_.transaction_entries_max && bytes <= options_.transaction_bytes_max;
  };
  if (fits(wants.size(), bytes_of(wants))) {
    for (auto& want : wants) unit.slots.push_back(slot_of(std::move(want)));
  } else {
    std::size_t bytes = 0;
    for (auto& part : parts_in_order(std::move(wants))) {
      bytes += bytes_of(part);
      const bool waits = !unit.later.empty() || (!unit.slots.empty() && !fits(unit.slots.size() + part.size(), bytes));
      for (auto& want : part)
        if (waits) unit.later.push_back(std::move(want));
        else unit.slots.push_back(slot_of(std::move(want)));
    }
  }
  std::move(afterwards.begin(), afterwards.end(), std::back_inserter(unit.later));
}

// What has not gone yet once more, in other parts.
void Run::fill_again(Unit& unit) const {
  std::vector<Want> wants;
  for (auto& slot : unit.slots) wants.push_back(std::move(slot.want));
  std::move(unit.later.begin(), unit.later.end(), std::back_inserter(wants));
  fill(unit, std::move(wants));
}

// The server takes fewer at once. False when that is not the reason, or there is nothing to part.
bool Run::again_in_parts(Group& group, const rest::Reply& reply) {
  std::size_t sent = 0;
  group.each([&](const Slot& slot) { sent += slot.state == SlotState::to_write ? 1U : 0U; });
  if (sent < 2 || !rest::refuses_size(reply)) return false;
  options_.transaction_entries_max = std::min(options_.transaction_entries_max, sent / 2);
  if (group.units.size() > 1) {
    cut(group);
    write(group, 0);
    return true;
  }
  auto& unit = *group.units.front();
  const auto later = unit.later.size();
  fill_again(unit);
  if (unit.slots.size() >= sent && unit.later.size() == later) return false;  // what refers to each other goes together
  start(group);
  return true;
}

bool Run::only_deletes(Group& group) {
  bool any = false;
  bool only = true;
  group.each([&](const Slot& slot) {
    if (slot.state != SlotState::to_write) return;
    any = true;
    only = only && slot.want.act == Act::remove;
  });
  return any && only;
}

// A deletion is refused because something refers to it: the others go by themselves, this one when
// they are gone. What nothing helps is left as it is, and the next run tries again.
bool Run::refused_deletion(Group& group, const rest::Reply& reply) {
  const bool counts = reply.verdict == rest::Verdict::conflict || reply.verdict == rest::Verdict::refused;
  if (!counts || group.units.size() != 1 || !only_deletes(group)) return false;
  auto& unit = group.units.front();
  group.conflicts = 0;
  if (!unit->singly) {
    unit->singly = true;
    fill_again(*unit);
    start(group);
    return true;
  }
  unit->refusal = reply;
  for (auto& slot : unit->slots) unit->still_referred_to.push_back(std::move(slot.want));
  unit->slots.clear();
  Changes changes;
  finish_unit(std::move(unit), changes);
  group.units.clear();
  if (apply(changes)) close(group);
  return true;
}

}  // namespace paraneo::sync
