#include "cli/terminal/progress.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "cli/terminal/formatted.h"
#include "cli/terminal/log.h"
#include "cli/terminal/terminal.h"

namespace paraneo::cli {
namespace {

constexpr std::size_t kBarColumnsMax = 30;
constexpr std::size_t kBarColumnsMin = 8;
constexpr std::chrono::milliseconds kRedraw{100};
constexpr std::chrono::seconds kQuiet{1};

}  // namespace

std::string progress_line(const ProgressState& now, std::string_view unit, std::size_t columns) {
  const auto room = columns > 0 ? columns - 1 : 0;  // a full line would wrap
  const auto count = std::to_string(now.items) + " " + std::string(unit);
  const auto rate =
      formatted("  %.0f/s", static_cast<double>(now.items) / std::max(now.seconds, 1e-3));
  if (now.total == 0) return (count + rate).substr(0, room);
  const auto part = std::min(1.0, static_cast<double>(now.done) / static_cast<double>(now.total));
  const auto percent = formatted("%3.0f %%", part * 100);
  const auto seconds_left = part > 0 ? std::lround(now.seconds / part - now.seconds) : 0;
  const auto left = part > 0 ? formatted("  %ld:%02ld left", seconds_left / 60, seconds_left % 60)
                             : std::string();
  // What a narrow terminal has no room for is left out, the least important first.
  for (const auto& rest : {left + "  " + count + rate, left + "  " + count, left, std::string()}) {
    const auto used = percent.size() + rest.size() + 3;
    if (used + kBarColumnsMin > room) continue;
    const auto bar = std::min(kBarColumnsMax, room - used);
    const auto filled = static_cast<std::size_t>(part * static_cast<double>(bar));
    return "[" + std::string(filled, '#') + std::string(bar - filled, '.') + "] " + percent + rest;
  }
  return percent.substr(0, room);
}

Progress::Progress(bool wanted, std::string unit)
    : wanted_(wanted && shows_bars()), unit_(std::move(unit)) {}

Progress::~Progress() {
  if (wanted_) set_bar(false);
}

void Progress::update(std::uint64_t items, std::uint64_t done, std::uint64_t total) {
  const auto now = Clock::now();
  if (!wanted_ || now - start_ < kQuiet || now - last_ < kRedraw) return;
  last_ = now;
  const ProgressState state{items, done, total,
                            std::chrono::duration<double>(now - start_).count()};
  std::fputs(("\r\x1b[K" + progress_line(state, unit_, columns_now())).c_str(), stderr);
  std::fflush(stderr);
  set_bar(true);
}

}  // namespace paraneo::cli
