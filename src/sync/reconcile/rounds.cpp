#include "sync/reconcile/rounds.h"

namespace paraneo::sync {

bool Rounds::defer(std::unique_ptr<Unit>& unit, const rest::Reply& refusal) {
  std::size_t bytes = 0;
  for (const auto* slots : {&unit->slots, &unit->waiting})
    for (const auto& slot : *slots) bytes += slot.want.entry.resource.size();
  if (bytes_ + bytes > bytes_max_) return false;
  bytes_ += bytes;
  for (auto& slot : unit->waiting) unit->slots.push_back(std::move(slot));
  unit->waiting.clear();
  for (auto& slot : unit->slots)
    if (slot.state == SlotState::to_write) slot.state = SlotState::unread;
  unit->refusal = refusal;
  unit->claim.release();
  units_.push_back(std::move(unit));
  return true;
}

Rounds::Round Rounds::next(std::uint64_t written) {
  Round round{std::exchange(units_, {}), written > written_before_};
  written_before_ = written;
  bytes_ = 0;
  return round;
}

}  // namespace paraneo::sync
