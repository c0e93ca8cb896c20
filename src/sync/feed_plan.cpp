#include "sync/feed_plan.h"

#include <utility>

namespace paraneo::sync {
namespace {

constexpr int kWaitMs = 300;
constexpr std::size_t kHeldAtOnce = 100;
constexpr std::uint64_t kReadings = 2;

}  // namespace

FeedPlan::FeedPlan(IntakeOptions options, std::string feed, KeptLedger& ledger,
                   InspectedFeed& visited, Make make, ChangePlan::Name name, Hooks hooks)
    : source_(options.source), ledger_(ledger), visited_(visited), hooks_(std::move(hooks)),
      known_(ledger, source_, std::move(feed)),
      plan_(std::move(options), *ledger, std::move(make), std::move(name)) {}

Result<std::vector<KnownFeed::Lost>> FeedPlan::open() {
  auto unread = known_.unread(visited_);
  if (!unread) return unread.error();
  unread_ = std::move(unread->ranges);
  for (const auto& range : unread_)
    if (range.high > range.low)
      offsets_total_ += kReadings * static_cast<std::uint64_t>(range.high - range.low);
  return std::move(unread->lost);
}

Result<void> FeedPlan::run() {
  const auto noted = each_change([&](const FeedChange& change) -> Result<void> {
    plan_.note(change);
    return {};
  });
  if (!noted) return noted;
  return each_change([&](const FeedChange& change) -> Result<void> {
    const auto updates = plan_.compare(change);
    if (!updates) return updates.error();
    for (const auto& update : *updates) hooks_.update(update);
    return {};
  });
}

// What a run would take up: what was let go on with by `sync retry`, and then what it has not read.
Result<void> FeedPlan::each_change(const Visit& visit) {
  if (auto held = each_held(visit); !held) return held;
  for (std::size_t i = 0; i < unread_.size(); ++i)
    if (auto read = each_message(static_cast<std::int32_t>(i), unread_[i], visit); !read)
      return read;
  return {};
}

Result<void> FeedPlan::each_held(const Visit& visit) {
  std::string last;
  while (true) {
    auto held = ledger_->released(source_, last, kHeldAtOnce);
    if (!held) return held.error();
    if (held->empty()) return {};
    last = held->back().record;
    for (auto& each : *held)
      if (auto visited = visit(change_of(std::move(each))); !visited) return visited;
  }
}

Result<void> FeedPlan::each_message(std::int32_t partition, const FeedRange& range,
                                    const Visit& visit) {
  auto next = range.low;
  if (next >= range.high) return {};
  offsets_before_ += std::exchange(offsets_here_, 0);
  if (auto begun = visited_.read(partition, next); !begun) return begun;
  while (next < range.high) {
    const auto message = known_.poll(visited_, kWaitMs);
    if (!message) return message.error();
    if (!*message) continue;
    if ((*message)->is_end) return {};
    next = (*message)->offset + 1;
    if (next > range.high) return {};  // came meanwhile
    offsets_here_ = static_cast<std::uint64_t>(next - range.low);
    hooks_.read(++messages_, offsets_before_ + offsets_here_, offsets_total_);
    if (auto visited = visit(known_.change_of(**message)); !visited) return visited;
  }
  return {};
}

}  // namespace paraneo::sync
