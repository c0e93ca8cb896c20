// A transaction that is larger than the server takes: sent in several, what is referred to first.
#include <algorithm>
#include <utility>

#include "rest/push_group.h"
#include "rest/reference_order.h"

namespace paraneo::rest {
namespace {

Error too_large(const std::string& base, std::size_t entries) {
  return fail(Fault::data, "the server takes no transaction of " + std::to_string(entries) +
                               " entries, and these refer to each other, so they cannot be parted",
              base, "ask the server's operators for a larger limit");
}

}  // namespace

// Gives each slot that is to be written its part, the first being 0. False when what belongs
// together is larger than a part may be.
bool Push::cut(Group& group) {
  std::vector<const PushEntry*> entries;
  std::vector<std::size_t> places;
  std::vector<std::size_t> removed;
  for (std::size_t i = 0; i < group.slots.size(); ++i) {
    const auto& slot = group.slots[i];
    if (slot.state != SlotState::to_write) continue;
    if (slot.entry.write == Write::remove) {
      removed.push_back(i);
      continue;
    }
    entries.push_back(&slot.entry);
    places.push_back(i);
  }
  auto together = reference_order(entries);
  for (auto& some : together)
    for (auto& each : some) each = places[each];
  for (const auto each : removed) together.push_back({each});
  std::size_t part = 0;
  std::size_t size = 0;
  for (const auto& some : together) {
    if (some.size() > options_.transaction_entries_max) return false;
    if (size + some.size() > options_.transaction_entries_max) {
      ++part;
      size = 0;
    }
    size += some.size();
    for (const auto each : some) group.slots[each].part = part;
  }
  group.part = 0;
  return true;
}

std::size_t Push::entries_to_write(const Group& group) const {
  return static_cast<std::size_t>(std::count_if(group.slots.begin(), group.slots.end(), [&](const Slot& slot) {
    return slot.state == SlotState::to_write && slot.part == group.part;
  }));
}

// The part that is next, or all of it.
void Push::write_transaction(Group& group) {
  const bool any = std::any_of(group.slots.begin(), group.slots.end(),
                               [](const Slot& slot) { return slot.state == SlotState::to_write; });
  if (!any) return;
  while (entries_to_write(group) == 0) ++group.part;
  const auto entries = entries_to_write(group);
  const auto most = options_.transaction_entries_max;
  if (most > 0 && entries > most) {
    if (!cut(group)) return fail_group(group, too_large(options_.base, entries));
    if (!std::exchange(group.is_cut, true)) ++report_.in_parts;
  }
  std::vector<Sending> all;
  for (const auto& slot : group.slots)
    if (slot.state == SlotState::to_write && slot.part == group.part) all.push_back(sending(slot));
  ask(group, Step::write_all, 0, transaction_request(options_.base, all), 0);
}

// The server has said what it takes at most, or that it is less than this.
bool Push::again_in_parts(Group& group, const Reply& reply) {
  const auto sent = entries_to_write(group);
  if (sent < 2 || !refuses_size(reply)) return false;
  const auto half = sent / 2;
  const auto most = options_.transaction_entries_max;
  options_.transaction_entries_max = most == 0 ? half : std::min(most, half);
  write_transaction(group);
  return true;
}

}  // namespace paraneo::rest
