// Private to sync_topic*.cpp: a topic as the ledger knows it.
#pragma once

#include "cli/sync/job.h"
#include "sync/change_reading.h"

namespace paraneo::cli {

// `flags` and `job` must outlive it.
class KnownTopic {
 public:
  KnownTopic(const SyncFlags& flags, const SyncJob& job) : flags_(flags), job_(job) {}

  // What the ledger calls a partition, and the next offset to read of it; nothing: none was read.
  std::string stream(std::int32_t partition) const;
  Result<std::optional<std::int64_t>> cursor(std::int32_t partition) const;

  // Of all partitions, from the ledger's cursor on; an error when this is not the topic that it
  // knows.
  Result<std::vector<kafka::Range>> unread(kafka::Reader& reader) const;
  // As kafka::Reader does. When nothing comes for long, the brokers are asked whether they are
  // there at all: librdkafka goes on trying without a word.
  Result<std::optional<kafka::Message>> poll(kafka::Reader& reader, int wait_ms);
  sync::FeedChange change_of(const kafka::Message& message) const;

 private:
  const SyncFlags& flags_;
  const SyncJob& job_;
  int silence_ms_ = 0;  // waited in vain, by no clock: after a machine stood still nobody is to
                        // blame
};

}  // namespace paraneo::cli
