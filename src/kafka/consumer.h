// A topic of Kafka (librdkafka), read as a member of a consumer group, or beside it. Where a
// partition is read from is the caller's to say each time: what the group has committed is for
// people who watch the lag. Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sync/feed.h"

namespace paraneo::kafka {

// Which topic, and how it is reached.
struct Options {
  std::string brokers;  // host:port, with commas between
  std::string topic;
  std::string group;
  std::vector<std::string> properties;  // of librdkafka: NAME=VALUE, or NAME=@FILE
};

struct Client;

// A member of the group: it gets its share of the partitions.
class Consumer final : public sync::SharedFeed {
 public:
  // Fault::usage for properties that librdkafka does not take.
  static Result<std::unique_ptr<Consumer>> open(const Options& options, Start start);
  ~Consumer() override;  // leaves the group: up to five seconds

  Result<std::vector<sync::FeedRange>> ranges() override;
  Result<std::optional<sync::FeedMessage>> poll(int wait_ms) override;
  // Fails after ten seconds without an answer.
  Result<void> commit(const std::map<std::int32_t, std::int64_t>& offsets) override;

 private:
  explicit Consumer(std::unique_ptr<Client> client);
  std::unique_ptr<Client> client_;
};

// No member, though it has the rights of one.
class TopicInspector final : public sync::InspectedFeed {
 public:
  // Fault::usage for properties that librdkafka does not take.
  static Result<std::unique_ptr<TopicInspector>> open(const Options& options);
  ~TopicInspector() override;

  Result<std::vector<sync::FeedRange>> ranges() override;
  Result<std::optional<sync::FeedMessage>> poll(int wait_ms) override;
  Result<void> read(std::int32_t partition, std::int64_t from) override;

 private:
  explicit TopicInspector(std::unique_ptr<Client> client);
  std::unique_ptr<Client> client_;
};

}  // namespace paraneo::kafka
