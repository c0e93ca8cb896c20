// Memory and time of one input: counted once for a map and all expressions that it evaluates.
#pragma once

#include <string>
#include <string_view>

#include "base/arena.h"
#include "base/clock.h"
#include "base/limits.h"

namespace paraneo {

// What one input may still use, of memory and of time. Not thread-safe; arena and clock outlive it.
class Budget {
 public:
  // From now on. Without a clock, time has no limit.
  Budget(const Limits& limits, const Arena& arena, const Clock* clock)
      : bytes_before_(arena.used_bytes()), clock_(clock), time_ms_max_(limits.time_ms_max),
        end_ms_(clock == nullptr
                    ? 0
                    : clock->now_ms() + static_cast<std::int64_t>(limits.time_ms_max)) {}

  std::size_t bytes_before() const { return bytes_before_; }  // of the arena, when it began
  bool is_late() const { return clock_ != nullptr && clock_->now_ms() > end_ms_; }
  std::uint64_t time_ms_max() const { return time_ms_max_; }

 private:
  std::size_t bytes_before_;
  const Clock* clock_;
  std::uint64_t time_ms_max_;
  std::int64_t end_ms_;
};

// Steps from one look at the clock to the next.
inline constexpr std::uint64_t kStepsBetweenLooks = 256;

// For loops over what came from outside: looks at the clock now and then.
class TimeCheck {
 public:
  explicit TimeCheck(const Budget* budget) : budget_(budget) {}

  // One more step; true when it is too late, and ever after.
  bool is_late() {
    if (--left_ > 0) return late_;
    left_ = kStepsBetweenLooks;
    late_ = late_ || (budget_ != nullptr && budget_->is_late());
    return late_;
  }
  bool was_late() const { return late_; }

 private:
  const Budget* budget_;
  std::uint64_t left_ = kStepsBetweenLooks;
  bool late_ = false;
};

// What a person can do who meets a limit; `name` as in --limit NAME=VALUE.
inline std::string limit_advice(std::string_view name) {
  return "if that is meant, allow more with --limit " + std::string(name) + "=...";
}

}  // namespace paraneo
