// Source, readings of it, server, disk, network and clock of one seed. Two worlds with the same
// seed see the same source and the same changes by others; one of them has faults.
#pragma once

#include <set>

#include "fake_server.h"
#include "memory_ledger.h"
#include "readings.h"
#include "sync/intake.h"
#include "sync/run.h"

namespace paraneo::simulation {

class Dice final : public Random {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() override {
    auto z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  std::uint64_t below(std::uint64_t end) { return next() % end; }
  bool chance(std::uint64_t percent) { return below(100) < percent; }

 private:
  std::uint64_t state_;
};

class FakeClock final : public Clock {
 public:
  std::int64_t now_ms() const override { return now + jump; }
  std::int64_t now = 1'000'000;
  std::int64_t jump = 0;  // of the wall clock; the order of events does not follow it
};

// A record: facts by key. "BAD" is what the server refuses.
using Record = std::map<std::string, std::string>;
using Records = std::map<std::string, Record>;
std::string text_of(const std::string& name, const Record& record);
sync::Made made_of(const Source& text);

struct Setting {
  ServerRules rules;
  sync::RunOptions run;
  sync::Retraction retraction = sync::Retraction::entered_in_error;
  bool steady = false;  // answers take equally long, so that as many requests as may be are under
                        // way
};
Setting setting_of(Dice& dice);

// How often each kind of fault happened, by its name.
using Faults = std::map<std::string, std::uint64_t>;
// All that there are.
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
  const Faults& faults() const { return made_; }

 private:
  struct Late {
    std::int64_t due = 0;
    rest::Request request;
  };
  struct Open {
    rest::Task task;
    std::int64_t due = 0;
  };

  bool run_once(const Records& records, bool moves);
  std::vector<Line> lines_of(const Records& records, bool moves, bool may_miss);
  void drive(sync::Run& run);
  void deliver(sync::Run& run, Open open);
  Result<rest::Response> travel(const rest::Request& request);
  Result<rest::Response> with_fault(const rest::Request& request);
  void serve_late();
  bool fault(std::uint64_t percent);
  bool fault(std::uint64_t percent, const char* kind);
  void happened(const char* kind) { ++made_[kind]; }
  bool may_double(const rest::Request& request) const;

  Setting setting_;
  Dice dice_;
  bool faults_;
  FakeServer server_;
  std::unique_ptr<store::Ledger> ledger_;
  FakeClock clock_;
  std::vector<Late> late_;
  std::vector<Open> open_;
  std::string last_error_;
  int faults_left_ = 0;
  Faults made_;
};

}  // namespace paraneo::simulation
