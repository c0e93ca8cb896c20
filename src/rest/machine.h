// The shape of a job against a server that knows no socket: a driver takes tasks, sends them, and
// hands back what became of each. Several tasks may be under way at once; how many is up to the
// driver. A machine is not thread-safe: the driver calls it from one thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "rest/message.h"
#include "rest/reply.h"

namespace paraneo::rest {

// Takes the body of an answer with status 200 as it comes, in the place of Reply::body: for what is
// too large to be held. An error (the disk is full) ends the request with that error.
class BodySink {
 public:
  virtual ~BodySink() = default;
  virtual Result<void> begin() = 0;  // a try begins; what an earlier one brought is void
  virtual Result<void> take(std::string_view piece) = 0;
};

// A request that a machine wants to be sent.
struct Task {
  std::uint64_t id = 0;
  std::int64_t delay_ms = 0;  // to wait before it is sent
  Request request;
  BodySink* sink = nullptr;  // of the machine
};

// The job. Owned by its user; the driver only borrows it.
class Machine {
 public:
  virtual ~Machine() = default;

  // The next task, or nothing: then ask again after the next finished(), unless done().
  virtual std::optional<Task> next() = 0;
  // What became of a task, after the retries of RetryPolicy. An Error means that nobody knows
  // whether the server did it.
  virtual void finished(std::uint64_t task, Result<Reply> reply) = 0;
  virtual bool done() const = 0;
};

}  // namespace paraneo::rest
