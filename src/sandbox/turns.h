// Who waits for the store gets it in the order of asking: a mutex would give it to whoever just had
// it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace paraneo::sandbox {

// Thread-safe. Each wait() is followed by one pass_on() of the same thread.
class Turns {
 public:
  // Until it is the caller's turn; those who came before go first.
  void wait() {
    std::unique_lock lock(mutex_);
    const auto own = next_++;
    changed_.wait(lock, [&] { return own == serving_; });
  }
  void pass_on() {
    {
      const std::scoped_lock lock(mutex_);
      ++serving_;
    }
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t next_ = 0;
  std::uint64_t serving_ = 0;
};

}  // namespace paraneo::sandbox
