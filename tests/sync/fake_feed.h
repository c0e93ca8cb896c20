// A topic in memory, and the ways to read it.
#pragma once

#include <algorithm>
#include <functional>
#include <set>

#include "sync/feed.h"

namespace paraneo::sync {

class FakeTopic {
 public:
  explicit FakeTopic(std::size_t partitions)
      : messages_(partitions), highs_(partitions), told_(partitions) {}

  void put(std::int32_t partition, std::optional<std::string> key,
           std::optional<std::string> value) {
    messages_[at(partition)].push_back(
        {partition, highs_[at(partition)]++, std::move(key), std::move(value), false});
  }
  // Of each key the last message stays, and of the things that are no more nothing, if all
  // tombstones before this offset were read. How many went.
  std::size_t compact(std::int32_t partition, std::int64_t tombstones_before) {
    auto& all = messages_[at(partition)];
    std::map<std::string, std::int64_t> last;
    for (const auto& message : all)
      if (message.key) last[*message.key] = message.offset;
    return std::erase_if(all, [&](const auto& message) {
      if (!message.key) return false;
      return message.offset < last[*message.key] ||
             (!message.value && message.offset < tombstones_before);
    });
  }
  // As retention does.
  void drop_before(std::int32_t partition, std::int64_t offset) {
    std::erase_if(messages_[at(partition)],
                  [&](const auto& message) { return message.offset < offset; });
    lows_[partition] = offset;
  }
  std::size_t partitions() const { return messages_.size(); }
  std::vector<FeedRange> ranges() const {
    std::vector<FeedRange> ranges;
    for (std::size_t i = 0; i < highs_.size(); ++i) {
      const auto low = lows_.find(static_cast<std::int32_t>(i));
      ranges.push_back({low == lows_.end() ? 0 : low->second, highs_[i]});
    }
    return ranges;
  }
  // The first message from this offset on, or the end.
  FeedMessage from(std::int32_t partition, std::int64_t offset) const {
    for (const auto& message : messages_[at(partition)])
      if (message.offset >= offset) return message;
    return {partition, highs_[at(partition)], {}, {}, true};
  }
  // Somebody reads it now.
  void tell(const FeedMessage& message) const {
    auto& told = told_[at(message.partition)];
    if (message.offset < told) ++delivered_again_;
    told = std::max(told, message.offset + 1);
  }
  std::uint64_t delivered_again() const { return delivered_again_; }

 private:
  static std::size_t at(std::int32_t partition) { return static_cast<std::size_t>(partition); }

  std::vector<std::vector<FeedMessage>> messages_;
  std::vector<std::int64_t> highs_;
  std::map<std::int32_t, std::int64_t> lows_;
  mutable std::vector<std::int64_t> told_;  // the next offset that nobody has read
  mutable std::uint64_t delivered_again_ = 0;
};

// A member that has these partitions until it is told of others.
class FakeFeed final : public SharedFeed {
 public:
  FakeFeed(const FakeTopic& topic, std::set<std::int32_t> share, Start start)
      : topic_(topic), start_(std::move(start)) {
    assign(share);
  }
  ~FakeFeed() override {
    if (gone) gone();
  }
  FakeFeed(const FakeFeed&) = delete;
  FakeFeed& operator=(const FakeFeed&) = delete;
  // As a group does it: all partitions are taken away, then come those of the share, from the
  // cursor on.
  void assign(const std::set<std::int32_t>& share) {
    places_.clear();
    for (const auto partition : share) places_.push_back({partition, {}, false});
  }

  Result<std::vector<FeedRange>> ranges() override {
    ++asked;
    return topic_.ranges();
  }
  Result<std::optional<FeedMessage>> poll(int) override {
    if (fails) return *std::exchange(fails, std::nullopt);
    for (auto& place : places_) {
      if (!place.next) {
        const auto from = start_(place.partition);
        if (!from) return from.error();
        place.next = from->value_or(0);
      }
      auto message = topic_.from(place.partition, *place.next);
      if (message.is_end && std::exchange(place.told_end, true)) continue;
      if (!message.is_end) place.told_end = false, topic_.tell(message);
      place.next = message.is_end ? message.offset : message.offset + 1;
      // The others get their turn.
      std::rotate(places_.begin(), places_.begin() + 1, places_.end());
      return std::optional(std::move(message));
    }
    return std::optional<FeedMessage>();
  }
  Result<void> commit(const std::map<std::int32_t, std::int64_t>& offsets) override {
    if (commit_fails) return fail(ErrorCode::connection_failed, "nobody is there");
    for (const auto& [partition, offset] : offsets) committed[partition] = offset;
    return {};
  }

  std::function<void()> gone;  // it was closed
  std::optional<Error> fails;  // the next poll()
  bool commit_fails = false;
  int asked = 0;  // for its ranges
  std::map<std::int32_t, std::int64_t> committed;

 private:
  struct Place {
    std::int32_t partition = 0;
    std::optional<std::int64_t> next;
    bool told_end = false;
  };
  const FakeTopic& topic_;
  Start start_;
  std::vector<Place> places_;
};

class FakeVisit final : public InspectedFeed {
 public:
  explicit FakeVisit(const FakeTopic& topic) : topic_(topic) {}
  Result<std::vector<FeedRange>> ranges() override { return topic_.ranges(); }
  Result<std::optional<FeedMessage>> poll(int) override {
    auto message = topic_.from(partition_, next_);
    next_ = message.is_end ? message.offset : message.offset + 1;
    return std::optional(std::move(message));
  }
  Result<void> read(std::int32_t partition, std::int64_t from) override {
    partition_ = partition;
    next_ = from;
    return {};
  }

 private:
  const FakeTopic& topic_;
  std::int32_t partition_ = 0;
  std::int64_t next_ = 0;
};

}  // namespace paraneo::sync
