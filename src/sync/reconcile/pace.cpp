#include "sync/reconcile/pace.h"

#include <algorithm>

#include "sync/reconcile/address.h"

namespace paraneo::sync {

Window::Weight Pace::weight_of(const Group& group) {
  const auto entries = group.count(group.writing ? TaskState::to_write : TaskState::unread);
  return {group.writing, group.single != nullptr ? 1 : entries};
}

// Only what the server worked on tells how busy it is.
void Pace::answered(const rest::Reply& reply, const Window::Weight& weight,
                    std::int64_t latency_ms) {
  using rest::Verdict;
  const bool worked = reply.ok() || reply.verdict == Verdict::missing ||
                      reply.verdict == Verdict::gone || reply.verdict == Verdict::conflict ||
                      reply.verdict == Verdict::refused;
  if (worked && !is_page(reply)) window_.answered(weight, latency_ms);
}

void Pace::succeeded() {
  failures_in_row_ = 0;
  pause_ms_ = 0;
}

bool Pace::failed(std::optional<std::int64_t> retry_after_ms) {
  ++failures_in_row_;
  window_.failed();
  if (failures_in_row_ >= options_.circuit_failures) {
    window_.close();
    pause_ms_ = backoff_ms(failures_in_row_);
  }
  if (retry_after_ms && *retry_after_ms > options_.retry.retry_after_ms_max) return false;
  if (retry_after_ms) pause_ms_ = std::max(pause_ms_, *retry_after_ms);
  return options_.failures_max == 0 || failures_in_row_ < options_.failures_max;
}

}  // namespace paraneo::sync
