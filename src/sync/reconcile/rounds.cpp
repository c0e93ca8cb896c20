#include "sync/reconcile/rounds.h"

namespace paraneo::sync {

bool Rounds::defer(std::unique_ptr<Unit>& unit, const rest::Reply& refusal) {
  std::size_t bytes = 0;
  for (const auto* tasks : {&unit->tasks, &unit->waiting})
    for (const auto& task : *tasks) bytes += task.operation.entry.resource.size();
  if (bytes_ + bytes > bytes_max_) return false;
  bytes_ += bytes;
  for (auto& task : unit->waiting) unit->tasks.push_back(std::move(task));
  unit->waiting.clear();
  for (auto& task : unit->tasks)
    if (task.state == TaskState::to_write) task.state = TaskState::unread;
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
