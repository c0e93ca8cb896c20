// Work on many inputs in several threads, with results in the order of the inputs: the output is
// the same for any number of jobs. Memory stays bounded by the tasks in flight.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace paraneo::cli {

// `next`: the next task, null at the end; `make_worker`: one worker for each thread, a callable
// Out(Task&); `take`: each result, in order. `next` and `take` run in the calling thread.
template <class Task, class Out>
void run_ordered(std::size_t jobs, const std::function<std::unique_ptr<Task>()>& next,
                 const std::function<std::function<Out(Task&)>()>& make_worker,
                 const std::function<void(Out&&)>& take) {
  struct Job {
    std::unique_ptr<Task> task;
    std::unique_ptr<Out> out;
  };
  if (jobs <= 1) {
    const auto work = make_worker();
    while (auto task = next()) take(work(*task));
    return;
  }
  std::mutex mutex;
  std::condition_variable work_there, work_done;
  std::deque<std::shared_ptr<Job>> waiting, in_order;
  bool finished = false;
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < jobs; ++i) {
    threads.emplace_back([&] {
      const auto work = make_worker();
      std::unique_lock lock(mutex);
      for (;;) {
        work_there.wait(lock, [&] { return finished || !waiting.empty(); });
        if (waiting.empty()) return;
        const auto job = waiting.front();
        waiting.pop_front();
        lock.unlock();
        auto out = std::make_unique<Out>(work(*job->task));
        lock.lock();
        job->out = std::move(out);
        work_done.notify_one();
      }
    });
  }
  const auto in_flight_max = jobs * 4;
  const auto take_front = [&] {
    std::unique_lock lock(mutex);
    const auto job = in_order.front();
    work_done.wait(lock, [&] { return job->out != nullptr; });
    in_order.pop_front();
    lock.unlock();
    take(std::move(*job->out));
  };
  const auto front_is_done = [&] {
    const std::lock_guard lock(mutex);
    return !in_order.empty() && in_order.front()->out != nullptr;
  };
  while (auto task = next()) {
    const auto job = std::make_shared<Job>();
    job->task = std::move(task);
    {
      const std::lock_guard lock(mutex);
      waiting.push_back(job);
      in_order.push_back(job);
    }
    work_there.notify_one();
    // The next task may be long in coming.
    while (front_is_done()) take_front();
    if (in_order.size() >= in_flight_max) take_front();
  }
  while (!in_order.empty()) take_front();
  {
    const std::lock_guard lock(mutex);
    finished = true;
  }
  work_there.notify_all();
  for (auto& thread : threads) thread.join();
}

}  // namespace paraneo::cli
