// What the server refuses may refer to something that comes later in the input: it is tried again
// when everything else is done, for as long as that helps. Holds what is refused, up to a number of
// bytes.
// Not thread-safe: a run calls it from one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "sync/reconcile/group.h"

namespace paraneo::sync {

class Rounds {
 public:
  explicit Rounds(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // False: it is not taken, since too much waits already.
  bool defer(std::unique_ptr<Unit>& unit, const rest::Reply& refusal);
  bool empty() const { return units_.empty(); }
  // What is tried again. `helps`: something was written since the last round began; otherwise
  // trying is in vain.
  struct Round {
    std::vector<std::unique_ptr<Unit>> units;
    bool helps = false;
  };
  // All that was deferred. `written`: how much this run has written by now.
  Round next(std::uint64_t written);

 private:
  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::uint64_t written_before_ = 0;
  std::vector<std::unique_ptr<Unit>> units_;
};

}  // namespace paraneo::sync
