// What a group has committed. Throws when that cannot be asked: tests only.
#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace paraneo::kafka {

inline constexpr std::int64_t kNothingCommitted = RD_KAFKA_OFFSET_INVALID;

// By partition.
inline std::vector<std::int64_t> committed(const std::string& brokers, const std::string& group,
                                           const std::string& topic, int partitions) {
  constexpr int kWaitMsMax = 30'000;
  auto* conf = rd_kafka_conf_new();
  char why[256];
  rd_kafka_conf_set(conf, "bootstrap.servers", brokers.c_str(), why, sizeof why);
  rd_kafka_conf_set(conf, "group.id", group.c_str(), why, sizeof why);
  const std::unique_ptr<rd_kafka_t, void (*)(rd_kafka_t*)> client(
      rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof why), rd_kafka_destroy);
  const std::unique_ptr<rd_kafka_topic_partition_list_t, void (*)(rd_kafka_topic_partition_list_t*)>
      list(rd_kafka_topic_partition_list_new(partitions), rd_kafka_topic_partition_list_destroy);
  rd_kafka_topic_partition_list_add_range(list.get(), topic.c_str(), 0, partitions - 1);
  if (const auto code = rd_kafka_committed(client.get(), list.get(), kWaitMsMax);
      code != RD_KAFKA_RESP_ERR_NO_ERROR)
    throw std::runtime_error(rd_kafka_err2str(code));
  std::vector<std::int64_t> offsets(static_cast<std::size_t>(partitions));
  for (int i = 0; i < list->cnt; ++i)
    offsets.at(static_cast<std::size_t>(list->elems[i].partition)) = list->elems[i].offset;
  return offsets;
}

}  // namespace paraneo::kafka
