// What a seed decides before anything happens, and what a source says.
#pragma once

#include <map>
#include <string>

#include "base/clock.h"
#include "fake_server.h"
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
  bool folder = false;  // the source is a folder of files, not one of lines
  bool steady = false;  // answers take equally long, so that as many requests as may be are under
                        // way
};
Setting setting_of(Dice& dice);

}  // namespace paraneo::simulation
