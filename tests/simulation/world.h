// Source, readings of it, server, disk, network and clock of one seed. Two worlds with the same
// seed see the same source and the same changes by others; one of them has faults.
#pragma once

#include <vector>

#include "memory_ledger.h"
#include "network.h"
#include "readings.h"
#include "sync/survey.h"

namespace paraneo::simulation {

// All kinds of faults that there are.
const std::vector<std::string>& fault_kinds();

class World {
 public:
  World(const Setting& setting, std::uint64_t seed, bool faults, bool sqlite);

  // One round: runs again after every crash until one run comes to its end.
  // An empty text, or what went wrong.
  std::string round(const Records& records);

  // One run, which may crash, over a source that is not the same in each of its readings: lines
  // move, one cannot be read, one is missing, one stands twice.
  void attempt(const Records& records);

  FakeServer& server() { return server_; }
  store::Ledger& ledger() { return *ledger_; }
  const Faults& faults() const { return trouble_.made(); }

 private:
  struct Open {
    rest::Task task;
    std::int64_t due = 0;
  };

  bool run_once(const Records& records, bool moves);
  bool stands_in_for_another(const std::string& name, const Records& records);
  Reading reading_of(const Records& records, bool moves, bool may_miss);
  std::vector<Line> lines_of(const Records& records, bool moves, bool may_miss);
  std::vector<Line> files_of(const Records& records, bool moves, bool may_miss);
  void drive(sync::Run& run);
  void deliver(sync::Run& run, Open open);

  Setting setting_;
  Dice dice_;
  bool faults_;
  FakeServer server_;
  std::unique_ptr<store::Ledger> ledger_;
  FakeClock clock_;
  Trouble trouble_{dice_};
  Network network_{server_, setting_, dice_, trouble_, clock_};
  std::vector<Open> open_;
  std::map<std::string, std::string> links_;  // record: its file
  std::string dangling_;                      // the link that leads nowhere during a run
  std::string last_error_;
};

}  // namespace paraneo::simulation
