// The block at the end of a talk with a server: requests, duration, latencies, bytes, status codes.
// It goes before the line that says what came of it, which stays the last one.
#pragma once

#include <chrono>

#include "net/client.h"

namespace paraneo::cli {

// For one thread; the client must outlive it. Says, on info level, what the client did since the
// last summary, or since this was made. Says nothing where no answer came. One event "traffic" with
// --log json: durations in microseconds, "status_200" and the like.
class TrafficSummary {
 public:
  explicit TrafficSummary(net::Client& client) : client_(client) {}
  // What there is to say since the last time.
  void show();

 private:
  using Clock = std::chrono::steady_clock;
  net::Client& client_;
  Clock::time_point begin_ = Clock::now();
};

}  // namespace paraneo::cli
