// A topic of Kafka (librdkafka), read as a member of a consumer group, or beside it. Where a
// partition is read from is the caller's to say each time: what the group has committed is for
// people who watch the lag. Not thread-safe.
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

class Reader {
 public:
  // Of all partitions of the topic, by number.
  Result<std::vector<Range>> ranges();
  // Nothing when none came in time.
  Result<std::optional<Message>> poll(int wait_ms);

  struct State;

 protected:
  explicit Reader(std::unique_ptr<State> state);
  ~Reader();
  std::unique_ptr<State> state_;
};

// A member of the group: it gets its share of the partitions.
class Consumer final : public Reader {
 public:
  // The next offset to read of a partition; nothing: from its beginning.
  using Start = std::function<Result<std::optional<std::int64_t>>(std::int32_t partition)>;

  static Result<std::unique_ptr<Consumer>> open(const Options& options, Start start);

  // For each partition the next offset to read. Fails after ten seconds without an answer.
  Result<void> commit(const std::map<std::int32_t, std::int64_t>& offsets);

 private:
  using Reader::Reader;
};

// No member, though it has the rights of one: it takes nothing from those who are, and leaves no
// trace.
class Visitor final : public Reader {
 public:
  static Result<std::unique_ptr<Visitor>> open(const Options& options);

  // This partition and no other, until it is told of the next one.
  Result<void> read(std::int32_t partition, std::int64_t from);

 private:
  using Reader::Reader;
};

}  // namespace paraneo::kafka
