#include "sync/reconcile/pace.h"

#include <algorithm>

namespace paraneo::sync {

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
  if (retry_after_ms)
    pause_ms_ = std::max(pause_ms_, std::min(*retry_after_ms, options_.retry.retry_after_ms_max));
  return options_.failures_max == 0 || failures_in_row_ < options_.failures_max;
}

}  // namespace paraneo::sync
