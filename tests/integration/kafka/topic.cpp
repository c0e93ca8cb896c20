// The topic "cases" for tests/integration/workers.sh.
//   kafka_topic mock READY_FILE    a mock broker with that topic in four partitions; READY_FILE gets its
//                                  host:port; ends with its standard input
//   kafka_topic put BROKERS        each line KEY<TAB>VALUE of standard input is a message (no TAB: a tombstone)
//   kafka_topic committed BROKERS  for each partition the offset that the group "paraneo" has committed
#include <fstream>
#include <iostream>
#include <limits>
#include <memory>

#include "kafka/mock_cluster.h"

namespace {

constexpr const char* kTopic = "cases";
constexpr const char* kGroup = "paraneo";
constexpr int kPartitions = 4;
constexpr int kWaitMsMax = 30'000;

int mock(const std::string& ready_file) {
  paraneo::kafka::MockCluster cluster(kTopic, kPartitions);
  std::ofstream(ready_file) << cluster.brokers() << "\n";
  std::cin.ignore(std::numeric_limits<std::streamsize>::max());
  return 0;
}

int put(const std::string& brokers) {
  paraneo::kafka::Producer producer(kTopic, "bootstrap.servers", brokers);
  for (std::string line; std::getline(std::cin, line);) {
    const auto tab = line.find('\t');
    producer.put(line.substr(0, tab), tab == std::string::npos ? std::nullopt : std::optional(line.substr(tab + 1)));
  }
  producer.flush();
  return 0;
}

int committed(const std::string& brokers) {
  auto* conf = rd_kafka_conf_new();
  char why[256];
  rd_kafka_conf_set(conf, "bootstrap.servers", brokers.c_str(), why, sizeof why);
  rd_kafka_conf_set(conf, "group.id", kGroup, why, sizeof why);
  const std::unique_ptr<rd_kafka_t, void (*)(rd_kafka_t*)> client(
      rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof why), rd_kafka_destroy);
  const std::unique_ptr<rd_kafka_topic_partition_list_t, void (*)(rd_kafka_topic_partition_list_t*)> list(
      rd_kafka_topic_partition_list_new(kPartitions), rd_kafka_topic_partition_list_destroy);
  rd_kafka_topic_partition_list_add_range(list.get(), kTopic, 0, kPartitions - 1);
  if (const auto code = rd_kafka_committed(client.get(), list.get(), kWaitMsMax); code != RD_KAFKA_RESP_ERR_NO_ERROR)
    throw std::runtime_error(rd_kafka_err2str(code));
  for (int i = 0; i < list->cnt; ++i) {
    const auto& each = list->elems[i];
    std::cout << each.partition << " " << (each.offset < 0 ? 0 : each.offset) << "\n";
  }
  return 0;
}

}  // namespace

int main(int count, char** words) {
  const std::string verb = count == 3 ? words[1] : "";
  try {
    if (verb == "mock") return mock(words[2]);
    if (verb == "put") return put(words[2]);
    if (verb == "committed") return committed(words[2]);
  } catch (const std::exception& wrong) {
    std::cerr << wrong.what() << "\n";
    return 1;
  }
  return 2;
}
