#include "cli/terminal/progress.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>

namespace paraneo::cli {
namespace {

constexpr int kBarColumns = 30;
constexpr std::chrono::milliseconds kRedraw{100};
constexpr std::chrono::seconds kQuiet{1};

}  // namespace

Progress::Progress(bool wanted, std::string unit)
    : wanted_(wanted && isatty(STDERR_FILENO) != 0), unit_(std::move(unit)) {}

Progress::~Progress() {
  if (shown_) std::fputs("\r\x1b[K", stderr);
}

void Progress::update(std::uint64_t items, std::uint64_t done, std::uint64_t total) {
  const auto now = Clock::now();
  if (!wanted_ || now - start_ < kQuiet || now - last_ < kRedraw) return;
  last_ = now;
  shown_ = true;
  const auto seconds = std::chrono::duration<double>(now - start_).count();
  std::string line = "\r\x1b[K";
  std::array<char, 64> text{};
  if (total > 0) {
    const auto part = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
    const auto filled = static_cast<std::size_t>(part * kBarColumns);
    std::snprintf(text.data(), text.size(), "] %3.0f %%", part * 100);
    line += "[" + std::string(filled, '#') + std::string(kBarColumns - filled, '.') + text.data();
    const auto left = part > 0 ? static_cast<long>(seconds / part - seconds + 0.5) : 0;
    std::snprintf(text.data(), text.size(), "  %ld:%02ld left", left / 60, left % 60);
    if (part > 0) line += text.data();
  }
  std::snprintf(text.data(), text.size(), "  %.0f/s", static_cast<double>(items) / seconds);
  line += "  " + std::to_string(items) + " " + unit_ + text.data();
  std::fputs(line.c_str(), stderr);
  std::fflush(stderr);
}

}  // namespace paraneo::cli
