// A topic of Kafka, read as a member of a consumer group (librdkafka). Where a partition is read from
// is the caller's to say each time it gets one: what the group has committed is for people who watch
// the lag. Not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace paraneo::kafka {

struct Options {
  std::string brokers;  // host:port, with commas between
  std::string topic;
  std::string group;
  std::vector<std::string> properties;  // of librdkafka: NAME=VALUE, or NAME=@FILE
};

struct Message {
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::optional<std::string> key;
  std::optional<std::string> value;
  bool is_end = false;  // no message: the partition ends at this offset for now
};

// The offsets that a partition has: [low, high).
struct Range {
  std::int64_t low = 0;
  std::int64_t high = 0;
};

class Consumer {
 public:
  // The next offset to read of a partition; nothing: from its beginning.
  using Start = std::function<Result<std::optional<std::int64_t>>(std::int32_t partition)>;

  static Result<std::unique_ptr<Consumer>> open(const Options& options, Start start);
  ~Consumer();

  // Of all partitions of the topic, by number.
  Result<std::vector<Range>> ranges();
  // Nothing when none came in time.
  Result<std::optional<Message>> poll(int wait_ms);
  // For each partition the next offset to read.
  Result<void> commit(const std::map<std::int32_t, std::int64_t>& offsets);

  struct State;

 private:
  explicit Consumer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace paraneo::kafka
