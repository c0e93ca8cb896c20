// Messages of a feed that are dealt with together, and where their partitions go on after them. Two
// workers may have read the same messages for a while: a worker that seemed dead has lost its
// partitions and does not know it yet. So a batch is worked on under a claim on its partitions, and
// what lies before the cursor, read under that claim, is passed over: each message is dealt with
// once, and those of a partition in their order.
#pragma once

#include <map>
#include <vector>

#include "sync/known_feed.h"

namespace paraneo::sync {

// For one thread. Holds the messages: bytes_max of their values, and one message more.
class FeedBatch {
 public:
  struct Size {
    std::size_t messages_max = 500;
    std::size_t bytes_max = std::size_t{32} << 20;
  };
  explicit FeedBatch(Size size) : size_(size) {}

  // A message, or the end of a partition. One that comes again, as when the partition was another
  // worker's for a moment, is passed over: it is not the last word.
  void take(FeedMessage message);
  bool is_full() const {
    return messages_.size() >= size_.messages_max || bytes_ >= size_.bytes_max;
  }
  // Nothing was taken, not even the end of a partition.
  bool empty() const { return next_.empty(); }
  bool has_messages() const { return !messages_.empty(); }
  // For each partition the next offset to read after the batch.
  const std::map<std::int32_t, std::int64_t>& next() const { return next_; }
  void clear();

  // All partitions or none, in ascending order: nobody holds what another one of two needs. False:
  // another worker has one of them. It gives up what else the worker holds.
  Result<bool> claim(store::Ledger& ledger, const KnownFeed& feed) const;
  // Under the claim: what no worker has done yet, the last change of each place. The batch does not
  // go back behind the cursor.
  Result<std::vector<FeedChange>> pending(const KnownFeed& feed);
  // All of it is done: the ledger's cursors pass it and the claim ends, in one step.
  Result<void> pass(store::Ledger& ledger, const KnownFeed& feed) const;

 private:
  Size size_;
  std::vector<FeedMessage> messages_;
  std::map<std::int32_t, std::int64_t> next_;
  std::size_t bytes_ = 0;
};

}  // namespace paraneo::sync
