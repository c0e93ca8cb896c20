// Entry points: Window::answered(), Window::failed().
#include "sync/window.h"

#include <algorithm>
#include <bit>

namespace paraneo::sync {
namespace {

constexpr double kSmoothing = 0.3;  // share of the newest answer
constexpr double kLateTimes = 2;    // the best
constexpr double kLateMsMin = 20;   // less than this above the best is chance
constexpr double kBackOff = 0.9;
constexpr std::int64_t kLatencyMsMax = 3'600'000;  // a clock that was set, not an answer

std::size_t class_of(const Window::Weight& weight) {
  return 2 * static_cast<std::size_t>(std::bit_width(weight.entries)) + (weight.writes ? 1U : 0U);
}

}  // namespace

bool Window::is_late(Level& level, double latency_ms) const {
  level.now_ms =
      level.now_ms == 0 ? latency_ms : (1 - kSmoothing) * level.now_ms + kSmoothing * latency_ms;
  level.best_ms = level.best_ms == 0 ? level.now_ms : std::min(level.best_ms, level.now_ms);
  const bool late = level.now_ms > std::max(kLateTimes * level.best_ms, level.best_ms + kLateMsMin);
  // With one request at a time it is not our load: the server itself has become slower.
  if (late && size() == 1) level.best_ms = level.now_ms;
  return late;
}

void Window::answered(const Weight& weight, std::int64_t latency_ms) {
  if (!adapts_) return;
  if (latency_ms < 0 || latency_ms > kLatencyMsMax) return grow();
  if (!is_late(levels_[class_of(weight)], static_cast<double>(latency_ms))) return grow();
  doubling_ = false;
  size_ = std::max(1.0, size_ * kBackOff);
}

void Window::grow() { size_ = std::min(most_, size_ + (doubling_ ? 1 : 1 / size_)); }

void Window::failed() {
  if (!adapts_) return;
  doubling_ = false;
  size_ = std::max(1.0, size_ / 2);
}

void Window::close() { size_ = adapts_ ? 1 : size_; }

}  // namespace paraneo::sync
