#include "sync/known_feed.h"

#include <algorithm>

#include "sync/content.h"

namespace paraneo::sync {
namespace {

constexpr int kSilenceMsMax = 10'000;

}  // namespace

std::string KnownFeed::stream(std::int32_t partition) const {
  return source_ + "[" + std::to_string(partition) + "]";
}

Result<std::optional<std::int64_t>> KnownFeed::cursor(std::int32_t partition) const {
  const auto text = ledger_->cursor(store::claim_on_stream(stream(partition)));
  if (!text) return text.error();
  return text->empty() ? std::optional<std::int64_t>()
                       : std::optional<std::int64_t>(std::stoll(*text));
}

Result<KnownFeed::Unread> KnownFeed::unread(Feed& feed) const {
  auto ranges = feed.ranges();
  if (!ranges) return ranges.error();
  Unread unread{std::move(*ranges), {}};
  std::int32_t partition = 0;
  for (auto& range : unread.ranges) {
    const auto name = stream(partition);
    const auto at = cursor(partition++);
    if (!at) return at.error();
    if (!*at) continue;
    if (**at > range.high)
      return fail(ErrorCode::state_of_another,
                  "the topic has fewer messages than were read from it: it was made anew", name,
                  "give it another --source-name, or restore it");
    if (**at < range.low)
      unread.lost.push_back({name, static_cast<std::uint64_t>(range.low - **at)});
    range.low = std::max(range.low, **at);
  }
  return unread;
}

Result<std::optional<FeedMessage>> KnownFeed::poll(Feed& feed, int wait_ms) {
  auto message = feed.poll(wait_ms);
  if (!message) return message;
  silence_ms_ = *message ? 0 : silence_ms_ + wait_ms;
  if (silence_ms_ < kSilenceMsMax) return message;
  silence_ms_ = 0;
  const auto there = feed.ranges();
  if (!there) return there.error();
  return message;
}

FeedChange KnownFeed::change_of(const FeedMessage& message) const {
  FeedChange change;
  change.text.name =
      feed_ + "[" + std::to_string(message.partition) + "]@" + std::to_string(message.offset);
  change.place = message.key ? feed_ + " key " + hash_of(*message.key) : change.text.name;
  change.gone = !message.value && message.key;
  if (message.value) change.text.text = *message.value;
  return change;
}

}  // namespace paraneo::sync
