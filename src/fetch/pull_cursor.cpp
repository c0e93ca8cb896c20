#include "fetch/pull_cursor.h"

#include <algorithm>

#include "rest/instant.h"

namespace paraneo::fetch {
namespace {

constexpr std::size_t kPruneAtFirst = 10'000;

}  // namespace

PullCursor::PullCursor(std::int64_t overlap_ms, std::int64_t before_ms, const Clock& clock,
                       const Clock& durations)
    : overlap_ms_(overlap_ms), before_ms_(before_ms), clock_(clock), durations_(durations),
      prune_at_(kPruneAtFirst) {}

void PullCursor::begin() { begun_ms_ = durations_.now_ms(); }

std::string PullCursor::version_of(std::string_view version, std::int64_t updated_ms) {
  return version.empty() ? "@" + std::to_string(updated_ms) : std::string(version);
}

void PullCursor::move_to(std::int64_t updated_ms) {
  if (updated_ms > clock_.now_ms() + kClockToleranceMs) ++ahead_;
  else start_ms_ = std::max(start_ms_, updated_ms - (durations_.now_ms() - begun_ms_));
}

void PullCursor::saw(const std::string& target, const std::string& version,
                     std::int64_t updated_ms) {
  move_to(updated_ms);
  if (updated_ms < next_ms()) return;
  seen_[target] = {version, updated_ms};
  if (seen_.size() >= prune_at_) prune();
}

void PullCursor::saw_deletion(const std::string& target, const std::string& version,
                              std::string_view at) {
  if (const auto deleted_ms = rest::instant_ms(at)) move_to(*deleted_ms);
  deleted_[target] = version;
}

std::int64_t PullCursor::next_ms() const {
  if (start_ms_ == 0) return before_ms_;
  const auto start_ms = std::min(start_ms_, server_ms_.value_or(start_ms_));
  return std::max({before_ms_, start_ms - overlap_ms_, std::int64_t{0}});
}

// The cursor only goes forward, so what is before it now is before it at the end.
void PullCursor::prune() {
  std::erase_if(seen_, [&](const auto& each) { return each.second.updated_ms < next_ms(); });
  prune_at_ = std::max(kPruneAtFirst, 2 * seen_.size());
}

std::map<std::string, std::string> PullCursor::recent() const {
  auto out = deleted_;
  for (const auto& [target, seen] : seen_)
    if (seen.updated_ms >= next_ms()) out.emplace(target, seen.version);
  return out;
}

}  // namespace paraneo::fetch
