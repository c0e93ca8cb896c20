// Time and chance as ports: whatever depends on them takes them as an argument, so that tests and
// simulations decide both. Implementations must be safe to call from several threads.
#pragma once

#include <cstdint>

namespace paraneo {

// Time as a port: of day, or for durations. Implementations may be asked by any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::int64_t now_ms() const = 0;  // since 1970-01-01T00:00:00Z
};

// Random numbers as a port. May be asked by any thread.
class Random {
 public:
  virtual ~Random() = default;
  virtual std::uint64_t next() = 0;  // all bits equally likely
};

// The machine's own.
const Clock& system_clock();
// For durations: counts on whatever happens to the time of day; its beginning means nothing.
const Clock& steady_clock();
Random& system_random();

}  // namespace paraneo
