// How a person or systemd ends the program: SIGINT and SIGTERM.
#pragma once

#include <csignal>

#include <atomic>

namespace paraneo::cli {

// Made before other threads are, it holds the signals back from all of them, to be waited for.
class EndSignals {
 public:
  EndSignals();
  // The number of the one that came.
  int wait() const;
  // 0 when none comes in time.
  int wait(int seconds_max) const;

 private:
  sigset_t set_{};
};

// Set by the first of them after the first call, which must come before other threads are started:
// work under way is finished and the rest left. When that takes more than 15 seconds, because
// somebody does not answer, it is left as by a kill, with exit code 4. A second signal ends the
// program at once.
const std::atomic<bool>& stop_asked();

}  // namespace paraneo::cli
