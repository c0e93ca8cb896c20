// The topic "cases" for tests/integration/workers.sh.
//   kafka_topic mock READY_FILE    a mock broker with that topic in four partitions; READY_FILE
//   gets its
//                                  host:port; ends with its standard input
//   kafka_topic put BROKERS        each line KEY<TAB>VALUE of standard input is a message (no TAB:
//   a tombstone) kafka_topic committed BROKERS  for each partition the offset that the group
//   "paraneo" has committed kafka_topic members BROKERS    the client.id of each member of the
//   group; nothing while it finds out who is there
#include <algorithm>
#include <fstream>
#include <iostream>
#include <limits>

#include "kafka/mock_cluster.h"

namespace {

constexpr const char* kTopic = "cases";
constexpr const char* kGroup = "paraneo";
constexpr int kPartitions = 4;

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
    producer.put(line.substr(0, tab),
                 tab == std::string::npos ? std::nullopt : std::optional(line.substr(tab + 1)));
  }
  producer.flush();
  return 0;
}

int committed(const std::string& brokers) {
  int partition = 0;
  for (const auto offset : paraneo::kafka::committed(brokers, kGroup, kTopic, kPartitions))
    std::cout << partition++ << " " << std::max<std::int64_t>(offset, 0) << "\n";
  return 0;
}

int members(const std::string& brokers) {
  constexpr int kWaitMsMax = 30'000;
  paraneo::kafka::Producer any(kTopic, "bootstrap.servers", brokers);
  const struct rd_kafka_group_list* groups = nullptr;
  if (const auto code = rd_kafka_list_groups(any.client(), kGroup, &groups, kWaitMsMax);
      code != RD_KAFKA_RESP_ERR_NO_ERROR)
    throw std::runtime_error(rd_kafka_err2str(code));
  for (int i = 0; i < groups->group_cnt; ++i) {
    const auto& group = groups->groups[i];
    for (int k = 0; std::string(group.state) == "Stable" && k < group.member_cnt; ++k)
      std::cout << group.members[k].client_id << "\n";
  }
  rd_kafka_group_list_destroy(groups);
  return 0;
}

}  // namespace

int main(int count, char** words) {
  const std::string verb = count == 3 ? words[1] : "";
  try {
    if (verb == "mock") return mock(words[2]);
    if (verb == "put") return put(words[2]);
    if (verb == "committed") return committed(words[2]);
    if (verb == "members") return members(words[2]);
  } catch (const std::exception& wrong) {
    std::cerr << wrong.what() << "\n";
    return 1;
  }
  return 2;
}
