// librdkafka's own mock of a Kafka broker, on a port of 127.0.0.1 that other processes reach, too.
#pragma once

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "committed.h"
#include "producer.h"

namespace paraneo::kafka {

class MockCluster {
 public:
  MockCluster(const std::string& topic, int partitions)
      : topic_(topic), partitions_(partitions), producer_(topic, "test.mock.num.brokers", "1") {
    rd_kafka_mock_topic_create(cluster(), topic.c_str(), partitions, 1);
  }

  std::string brokers() { return rd_kafka_mock_cluster_bootstraps(cluster()); }

  void put(const std::optional<std::string>& key, const std::optional<std::string>& value) {
    put_together({{key, value}});
  }
  // Read in one batch, where they are of one partition.
  void put_together(
      const std::vector<std::pair<std::optional<std::string>, std::optional<std::string>>>&
          messages) {
    for (const auto& [key, value] : messages) producer_.put(key, value);
    producer_.flush();
  }
  std::vector<std::int64_t> committed(const std::string& group) {
    return kafka::committed(brokers(), group, topic_, partitions_);
  }
  void stop() { rd_kafka_mock_broker_set_down(cluster(), kBroker); }
  void start() { rd_kafka_mock_broker_set_up(cluster(), kBroker); }

 private:
  static constexpr std::int32_t kBroker = 1;
  rd_kafka_mock_cluster_t* cluster() { return rd_kafka_handle_mock_cluster(producer_.client()); }

  std::string topic_;
  int partitions_;
  Producer producer_;
};

}  // namespace paraneo::kafka
