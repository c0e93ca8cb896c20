// A mock broker of Kafka with a topic "cases" of four partitions, for tests/integration/workers.sh.
//   mock_kafka READY_FILE        each line KEY<TAB>VALUE of standard input is a message (no TAB: a
//                                tombstone); at a line "ready" READY_FILE gets host:port; ends with its input
#include <fstream>
#include <iostream>

#include "kafka/mock_cluster.h"

int main(int count, char** words) {
  if (count != 2) return 2;
  constexpr int kPartitions = 4;
  paraneo::kafka::MockCluster cluster("cases", kPartitions);
  bool said = false;
  for (std::string line; std::getline(std::cin, line);) {
    if (line == "ready") {
      std::ofstream(words[1]) << cluster.brokers() << "\n";
      said = true;
      continue;
    }
    const auto tab = line.find('\t');
    const bool gone = tab == std::string::npos;
    cluster.put(line.substr(0, tab), gone ? std::nullopt : std::optional(line.substr(tab + 1)));
  }
  return said ? 0 : 1;
}
