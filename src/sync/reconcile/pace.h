// How fast a run goes: how many requests at the same time, after which pause, and when it gives up.
// Arithmetic over what became of the requests; the caller says what time it is.
// Not thread-safe: a run calls it from one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "rest/retry.h"
#include "sync/reconcile/group.h"
#include "sync/window.h"

namespace paraneo::sync {

class Pace {
 public:
  struct Options {
    std::size_t concurrency_max = 4;
    bool adapts = true;             // fewer than that by how long the server takes
    unsigned circuit_failures = 5;  // in a row: from then on one request at a time, after a growing
                                    // pause
    unsigned failures_max = 12;     // in a row: the run ends; 0: it never does
    rest::RetryPolicy retry;
  };
  Pace(const Options& options, Random& random)
      : options_(options), random_(random), window_(options.concurrency_max, options.adapts) {}

  bool allows_another(std::size_t under_way) const { return under_way < window_.size(); }
  // Before the next request, whichever it is.
  std::int64_t pause_ms() const { return pause_ms_; }
  // After so many failures of one request.
  std::int64_t backoff_ms(unsigned failures) {
    return rest::backoff_ms(options_.retry, failures, random_);
  }

  // What is asked of the server by the group's request under way.
  static Window::Weight weight_of(const Group& group);
  void answered(const rest::Reply& reply, const Window::Weight& weight, std::int64_t latency_ms);
  // The server answered as it should.
  void succeeded();
  // False: it is one too many, or the server wants to be left alone for longer than anybody waits.
  // Failures of all requests count together.
  bool failed(std::optional<std::int64_t> retry_after_ms);

 private:
  Options options_;
  Random& random_;
  Window window_;
  unsigned failures_in_row_ = 0;
  std::int64_t pause_ms_ = 0;
};

}  // namespace paraneo::sync
