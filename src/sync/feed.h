// The port to a feed of changes, as a topic is one: partitions, each of which says its messages
// once and in an order of its own. A feed keeps no state of ours: where a partition is read from,
// the ledger says.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace paraneo::sync {

// One message of a feed, or the end of a partition.
struct FeedMessage {
  std::int32_t partition = 0;
  std::int64_t offset = 0;  // ascends in a partition; some are missing where a feed drops old
                            // messages
  std::optional<std::string> key;    // what the message is about
  std::optional<std::string> value;  // nothing: what the key names is no more
  bool is_end = false;               // no message: the partition ends at this offset for now
};

// The offsets that a partition has: [low, high).
struct FeedRange {
  std::int64_t low = 0;
  std::int64_t high = 0;
};

// Not thread-safe. After an error it is of no use any more, unless it says otherwise.
class Feed {
 public:
  virtual ~Feed() = default;
  // Of all partitions of the feed, by number. May be asked again after an error.
  virtual Result<std::vector<FeedRange>> ranges() = 0;
  // The next message, or the end of a partition; nothing when none came in time.
  virtual Result<std::optional<FeedMessage>> poll(int wait_ms) = 0;
};

// Reads as one of several workers. Each has a share of the partitions, which changes when workers
// come and go: another one may be reading what this one has just read.
class SharedFeed : public Feed {
 public:
  // The next offset to read of a partition; nothing: from its beginning. Asked for in poll(), each
  // time that a partition comes to this worker. Its error is that of poll().
  using Start = std::function<Result<std::optional<std::int64_t>>(std::int32_t partition)>;

  // For each partition the next offset to read: for people who watch how far behind the workers
  // are, nobody reads from there. May be asked again after an error.
  virtual Result<void> commit(const std::map<std::int32_t, std::int64_t>& offsets) = 0;
};

// Reads beside the workers: takes nothing from them, and leaves no trace.
class InspectedFeed : public Feed {
 public:
  // This partition and no other, until it is told of the next one.
  virtual Result<void> read(std::int32_t partition, std::int64_t from) = 0;
};

}  // namespace paraneo::sync
