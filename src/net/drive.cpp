#include "net/drive.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace paraneo::net {
namespace {

class Driver {
 public:
  Driver(rest::Machine& machine, Client& client, const DriveOptions& options, const Clock& clock,
         Random& random)
      : machine_(machine), client_(client), options_(options), clock_(clock), random_(random) {}

  void work() {
    std::unique_lock lock(mutex_);
    while (!machine_.done() && !stopped()) {
      auto task = machine_.next();
      if (!task) {
        // With nothing under way, nothing will change.
        if (under_way_ == 0) return changed_.notify_all();
        changed_.wait_for(lock, kPoll);
        continue;
      }
      ++under_way_;
      lock.unlock();
      auto reply = attend(*task);
      lock.lock();
      --under_way_;
      machine_.finished(task->id, std::move(reply));
      if (options_.on_step) options_.on_step();
      changed_.notify_all();
    }
    changed_.notify_all();
  }

 private:
  static constexpr std::chrono::milliseconds kPoll{200};

  bool stopped() const { return options_.stop != nullptr && options_.stop->load(); }

  void sleep(std::int64_t ms) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
    while (!stopped() && std::chrono::steady_clock::now() < until) {
      const auto left = until - std::chrono::steady_clock::now();
      std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(left, kPoll));
    }
  }

  Result<rest::Reply> attend(const rest::Task& task) {
    sleep(task.delay_ms);
    for (unsigned attempt = 1;; ++attempt) {
      auto response = client_.send(task.request, task.sink);
      std::optional<std::int64_t> delay;
      if (!response) {
        delay = rest::retry_after(options_.retry, attempt, task.request, response.error(), random_);
        if (!delay || stopped()) return response.error();
      } else {
        auto reply = rest::classify(std::move(*response), clock_.now_ms());
        delay = rest::retry_after(options_.retry, attempt, task.request, reply, random_);
        if (!delay || stopped()) return reply;
      }
      sleep(*delay);
    }
  }

  rest::Machine& machine_;
  Client& client_;
  const DriveOptions& options_;
  const Clock& clock_;
  Random& random_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t under_way_ = 0;
};

}  // namespace

void drive(rest::Machine& machine, Client& client, const DriveOptions& options, const Clock& clock,
           Random& random) {
  Driver driver(machine, client, options, clock, random);
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < options.concurrency; ++i)
    others.emplace_back([&driver] { driver.work(); });
  driver.work();
  for (auto& thread : others) thread.join();
}

}  // namespace paraneo::net
