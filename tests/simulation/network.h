// What goes wrong, and the way to the server on which much of it does.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "setting.h"

namespace paraneo::simulation {

// How often each kind of fault happened, by its name.
using Faults = std::map<std::string, std::uint64_t>;

class Trouble {
 public:
  explicit Trouble(Dice& dice) : dice_(dice) {}

  // From now on so many faults, and no more.
  void allow(int faults) { left_ = faults; }
  bool is_over() const { return left_ <= 0; }
  // By chance, while there are any left; counted under its kind by who makes it.
  bool happens(std::uint64_t percent);
  bool happens(std::uint64_t percent, const char* kind);
  void happened(const char* kind, std::uint64_t times = 1) { made_[kind] += times; }
  const Faults& made() const { return made_; }

 private:
  Dice& dice_;
  int left_ = 0;
  Faults made_;
};

class Network {
 public:
  Network(FakeServer& server, const Setting& setting, Dice& dice, Trouble& trouble,
          FakeClock& clock)
      : server_(server), setting_(setting), dice_(dice), trouble_(trouble), clock_(clock) {}

  // When the answer to what is sent now comes.
  std::int64_t due(std::int64_t delay_ms);
  // What comes back, if anything does.
  Result<rest::Response> delivery(const rest::Request& request);
  // It arrives then, and nobody waits for the answer.
  void arrives_late(std::int64_t due, rest::Request request) {
    late_.push_back({due, std::move(request)});
  }
  // What has arrived by now.
  void serve_late();

 private:
  struct Late {
    std::int64_t due = 0;
    rest::Request request;
  };
  Result<rest::Response> with_fault(const rest::Request& request);
  bool may_double(const rest::Request& request) const;

  FakeServer& server_;
  const Setting& setting_;
  Dice& dice_;
  Trouble& trouble_;
  FakeClock& clock_;
  std::vector<Late> late_;
};

// With PARANEO_TRACE: a request and its answer, on standard error.
void trace(const FakeClock& clock, const rest::Request& request,
           const Result<rest::Response>& response);

}  // namespace paraneo::simulation
