// Joins a machine of rest with a client: sends its tasks, several at a time, tries again what may
// be tried again, and hands back what became of each.
#pragma once

#include <atomic>
#include <functional>

#include "base/clock.h"
#include "net/client.h"
#include "rest/machine.h"
#include "rest/retry.h"

namespace paraneo::net {

struct DriveOptions {
  std::size_t concurrency = 4;  // requests under way at the same time
  rest::RetryPolicy retry;
  // Called after each task, with the machine at rest, from any of the threads but one at a time.
  std::function<void()> on_step;
  // When it becomes true no further task is sent; those under way are waited for.
  const std::atomic<bool>* stop = nullptr;
};

// Returns when the machine is done, or stopped. The machine itself knows how it ended.
void drive(rest::Machine& machine, Client& client, const DriveOptions& options, const Clock& clock,
           Random& random);

}  // namespace paraneo::net
