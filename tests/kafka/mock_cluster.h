// librdkafka's own mock of a Kafka broker, on a port of 127.0.0.1 that other processes reach, too.
#pragma once

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <optional>
#include <stdexcept>
#include <string>

namespace paraneo::kafka {

class MockCluster {
 public:
  explicit MockCluster(const std::string& topic, int partitions) : topic_(topic) {
    auto* conf = rd_kafka_conf_new();
    char why[256];
    rd_kafka_conf_set(conf, "test.mock.num.brokers", "1", why, sizeof why);
    rd_kafka_conf_set_log_cb(conf, [](const rd_kafka_t*, int, const char*, const char*) {});
    producer_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    if (producer_ == nullptr) throw std::runtime_error(why);
    rd_kafka_mock_topic_create(rd_kafka_handle_mock_cluster(producer_), topic.c_str(), partitions, 1);
  }
  ~MockCluster() { rd_kafka_destroy(producer_); }
  MockCluster(const MockCluster&) = delete;
  MockCluster& operator=(const MockCluster&) = delete;

  std::string brokers() const { return rd_kafka_mock_cluster_bootstraps(rd_kafka_handle_mock_cluster(producer_)); }

  // Without a value: a tombstone. The key decides about the partition.
  void put(const std::optional<std::string>& key, const std::optional<std::string>& value) {
    constexpr int kWaitMsMax = 30'000;
    void* key_bytes = key ? const_cast<char*>(key->data()) : nullptr;
    void* bytes = value ? const_cast<char*>(value->data()) : nullptr;
    const std::size_t key_size = key ? key->size() : 0;
    const std::size_t size = value ? value->size() : 0;
    rd_kafka_producev(producer_, RD_KAFKA_V_TOPIC(topic_.c_str()), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                      RD_KAFKA_V_KEY(key_bytes, key_size), RD_KAFKA_V_VALUE(bytes, size), RD_KAFKA_V_END);
    rd_kafka_flush(producer_, kWaitMsMax);
  }

 private:
  std::string topic_;
  rd_kafka_t* producer_ = nullptr;
};

}  // namespace paraneo::kafka
