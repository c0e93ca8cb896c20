#include "fetch/server_clock.h"

#include <algorithm>

#include "fetch/pull_cursor.h"

namespace paraneo::fetch {
namespace {

// Of a Date, which counts seconds, and of an answer on its way.
constexpr std::int64_t kJitterMs = 2000;
constexpr std::int64_t kDriftMs = 60'000;  // what the overlap is there for, too

}  // namespace

std::optional<std::int64_t> clock_lead_ms(std::optional<std::int64_t> date_ms,
                                          std::int64_t now_ms) {
  if (!date_ms || *date_ms > now_ms + kClockToleranceMs) return std::nullopt;
  return *date_ms - now_ms;
}

std::optional<std::int64_t> earlier_since_ms(std::int64_t cursor_ms, std::int64_t overlap_ms,
                                             std::optional<std::int64_t> lead_before_ms,
                                             std::int64_t lead_ms, std::int64_t now_ms) {
  const auto back_ms = lead_before_ms ? *lead_before_ms - lead_ms : 0;
  if (back_ms > std::max(kJitterMs, std::min(kDriftMs, overlap_ms)))
    return std::max(cursor_ms - back_ms, std::int64_t{0});
  // The cursor is the overlap before what was written last.
  if (now_ms + lead_ms < cursor_ms) return 0;
  return std::nullopt;
}

}  // namespace paraneo::fetch
