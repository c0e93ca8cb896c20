// Puts messages into a topic of Kafka. Throws when that fails: tests only.
#pragma once

#include <librdkafka/rdkafka.h>

#include <optional>
#include <stdexcept>
#include <string>

namespace paraneo::kafka {

class Producer {
 public:
  // One property of librdkafka says where the broker is.
  Producer(std::string topic, const std::string& property, const std::string& value)
      : topic_(std::move(topic)) {
    auto* conf = rd_kafka_conf_new();
    char why[256];
    // Only flush() sends: what is put between two of them comes to the reader at once.
    rd_kafka_conf_set(conf, "linger.ms", "10000", why, sizeof why);
    if (rd_kafka_conf_set(conf, property.c_str(), value.c_str(), why, sizeof why) !=
        RD_KAFKA_CONF_OK)
      throw std::runtime_error(why);
    rd_kafka_conf_set_log_cb(conf, [](const rd_kafka_t*, int, const char*, const char*) {});
    client_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    if (client_ == nullptr) throw std::runtime_error(why);
  }
  ~Producer() { rd_kafka_destroy(client_); }
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;

  // Without a value: a tombstone. The key decides about the partition.
  void put(const std::optional<std::string>& key, const std::optional<std::string>& value) {
    void* key_bytes = key ? const_cast<char*>(key->data()) : nullptr;
    void* bytes = value ? const_cast<char*>(value->data()) : nullptr;
    const std::size_t key_size = key ? key->size() : 0;
    const std::size_t size = value ? value->size() : 0;
    check(rd_kafka_producev(
        client_, RD_KAFKA_V_TOPIC(topic_.c_str()), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_KEY(key_bytes, key_size), RD_KAFKA_V_VALUE(bytes, size), RD_KAFKA_V_END));
  }
  // Returns when the broker has all of them.
  void flush() {
    constexpr int kWaitMsMax = 30'000;
    check(rd_kafka_flush(client_, kWaitMsMax));
  }
  rd_kafka_t* client() { return client_; }

 private:
  static void check(rd_kafka_resp_err_t code) {
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) throw std::runtime_error(rd_kafka_err2str(code));
  }

  std::string topic_;
  rd_kafka_t* client_ = nullptr;
};

}  // namespace paraneo::kafka
