// A bar with rate and remaining time on standard error, for a terminal only, and only for what
// takes more than a second. Not thread-safe: callers update it from one thread at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace paraneo::cli {

// How far long work is.
struct ProgressState {
  std::uint64_t items = 0;
  std::uint64_t done = 0;
  std::uint64_t total = 0;  // 0: nobody knows
  double seconds = 0;
};
// The bar for a terminal of so many columns; it is shorter than these.
std::string progress_line(const ProgressState& now, std::string_view unit, std::size_t columns);

// The bar of long work, with rate and ETA; none where nobody looks. One at a time; update() is for
// one thread.
class Progress {
 public:
  // `unit`: what is counted, "resources".
  Progress(bool wanted, std::string unit);
  ~Progress();  // removes the bar, as every message does
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `items` so far; `done` of `total` in any measure, with total 0 when nobody knows.
  void update(std::uint64_t items, std::uint64_t done, std::uint64_t total);

 private:
  using Clock = std::chrono::steady_clock;
  bool wanted_;
  std::string unit_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_ = start_;
};

}  // namespace paraneo::cli
