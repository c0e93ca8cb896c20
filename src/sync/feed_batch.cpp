#include "sync/feed_batch.h"

#include <algorithm>

#include "sync/change_intake.h"

namespace paraneo::sync {

void FeedBatch::take(FeedMessage message) {
  auto& next = next_[message.partition];
  const bool came_before = message.offset < next;
  next = std::max(next, message.is_end ? message.offset : message.offset + 1);
  if (message.is_end || came_before) return;
  bytes_ += message.value ? message.value->size() : 0;
  messages_.push_back(std::move(message));
}

void FeedBatch::clear() {
  messages_.clear();
  next_.clear();
  bytes_ = 0;
}

Result<bool> FeedBatch::claim(store::Ledger& ledger, const KnownFeed& feed) const {
  for (const auto& [partition, next] : next_) {
    const auto ours = ledger.claim(store::claim_on_stream(feed.stream(partition)));
    if (!ours) return ours.error();
    if (*ours) continue;
    if (auto ended = ledger.give_up(); !ended) return ended.error();
    return false;
  }
  return true;
}

Result<std::vector<FeedChange>> FeedBatch::pending(const KnownFeed& feed) {
  std::map<std::int32_t, std::int64_t> from;
  for (auto& [partition, next] : next_) {
    const auto at = feed.cursor(partition);
    if (!at) return at.error();
    from[partition] = at->value_or(0);
    next = std::max(next, from[partition]);
  }
  std::vector<FeedChange> changes;
  for (const auto& message : messages_)
    if (message.offset >= from[message.partition]) changes.push_back(feed.change_of(message));
  return last_of_each(std::move(changes));
}

Result<void> FeedBatch::pass(store::Ledger& ledger, const KnownFeed& feed) const {
  std::vector<store::Change> changes;
  for (const auto& [partition, next] : next_) {
    const auto name = store::claim_on_stream(feed.stream(partition));
    changes.emplace_back(store::Cursor{name, std::to_string(next)});
    changes.emplace_back(store::Release{name});
  }
  return ledger.apply(changes);
}

}  // namespace paraneo::sync
