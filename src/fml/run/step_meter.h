// What one run may still use: steps, memory, time. Internal to this folder.
#pragma once

#include <string>

#include "fml/run/run.h"

namespace paraneo::fml {

class StepMeter {
 public:
  explicit StepMeter(const RunEnvironment& environment)
      : environment_(environment),
        budget_(environment.limits, environment.arena, environment.clock) {}

  // One more step; false at a limit, which was then reported, and ever after.
  bool step(const Span& span) {
    if (left_ == 0) return look(span);
    --left_;
    return true;
  }
  // Whether memory is left: for what may take much of it in one step.
  bool has_room(const Span& span);
  // At a limit. Every further step says no.
  bool stop(std::string message, std::string advice, const Span& span);

  const Budget& budget() const { return budget_; }

 private:
  bool look(const Span& span);

  const RunEnvironment& environment_;
  const Budget budget_;
  std::uint64_t granted_ = 0;  // steps, all in all
  std::uint64_t left_ = 0;     // of them; then it is time for a look at what is allowed
  bool stopped_ = false;
};

}  // namespace paraneo::fml
