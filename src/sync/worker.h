// One of those who keep a server in step, as a machine: it says what is to be done next and is told
// what became of it. Who reads, claims, leads, and goes on is decided here; sockets, bars and
// clocks are the caller's:
//
//   for (auto action = worker.next(); action != Action::end; action = worker.next())
//     if (action == Action::read) worker.read();
//     else if (action == Action::send) { Run run(..., [&] { return worker.next_work(); }, ...);
//                                        drive(run); worker.sent(run.report(), run.done()); }
//     else wait(kOthersWorkMs);
//
// A round ends with Action::end; the next() after it begins another one.
#pragma once

#include <functional>
#include <optional>

#include "sync/intake.h"
#include "sync/reconcile/report.h"

namespace paraneo::sync {

// Between two looks at what other workers have in hand.
inline constexpr std::int64_t kOthersWorkMs = 200;

// How a round ended. Neither: all of it is done.
struct Ended {
  bool partly = false;         // something was left: a later round goes on
  std::optional<Error> error;  // why; said for the first time, unless it was the end of a run
  bool said = false;           // Run's own error: RunReport::fatal

  bool well() const { return !partly && !error; }
};

// Not thread-safe. No call waits for anything but the ledger and the source.
class Worker {
 public:
  enum class Action { read, send, wait, end };

  virtual ~Worker() = default;
  // What the caller is to do now; see above.
  virtual Action next() = 0;
  // After Action::read: can take long.
  virtual void read() = 0;
  // After Action::send: the updates of a run; nothing at the end.
  virtual Result<std::optional<RecordUpdate>> next_update() = 0;
  // How many they are, as far as is known.
  virtual std::uint64_t updates() const = 0;
  // What became of the run; `all`: it came to its end.
  virtual void sent(const RunReport& run, bool all) = 0;

  // Of the round that ended last.
  virtual const Ended& ended() const = 0;
  // Of this round, or of all up to it, as the worker says.
  virtual const RunReport& report() const = 0;
  virtual const IntakeCounts& counts() const = 0;
  // Its numbers alone.
  virtual const RunReport& report_of_round() const = 0;
};

// Whether the worker was told to end: asked between two steps.
using Stopped = std::function<bool()>;

// What a run's end is to the round that it was part of.
Ended ended_with(const RunReport& run, bool all);

}  // namespace paraneo::sync
