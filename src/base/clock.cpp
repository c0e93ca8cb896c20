#include "base/clock.h"

#include <chrono>
#include <mutex>
#include <random>

namespace paraneo {
namespace {

class SystemClock final : public Clock {
 public:
  std::int64_t now_ms() const override {
    using namespace std::chrono;
    return duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  }
};

class SteadyClock final : public Clock {
 public:
  std::int64_t now_ms() const override {
    using namespace std::chrono;
    return duration_cast<milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
  }
};

class SystemRandom final : public Random {
 public:
  std::uint64_t next() override {
    constexpr unsigned kHalfBits = 32;
    const std::scoped_lock lock(mutex_);
    return (static_cast<std::uint64_t>(device_()) << kHalfBits) | device_();
  }

 private:
  std::mutex mutex_;
  std::random_device device_;
};

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

const Clock& steady_clock() {
  static const SteadyClock clock;
  return clock;
}

Random& system_random() {
  static SystemRandom random;
  return random;
}

}  // namespace paraneo
