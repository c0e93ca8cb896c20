// The connections of a server, so that idle ones make room for new ones. Thread-safe. Internal to
// this folder.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace paraneo::net {

// What the server must be able to end.
class Connection {
 public:
  Connection() = default;
  virtual ~Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Closes it soon, unless a request is handled by then. From any thread.
  virtual void end() = 0;

  bool is_busy() const { return busy_; }
  std::int64_t idle_since() const { return idle_since_; }

 protected:
  void set_busy(bool busy) {
    busy_ = busy;
    idle_since_ = now();
  }

 private:
  static std::int64_t now() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

  std::atomic<bool> busy_{false};
  std::atomic<std::int64_t> idle_since_{now()};
};

// All that are open. Thread-safe.
class Connections {
 public:
  // All connections that are open, from the first byte to the last.
  void add(const std::shared_ptr<Connection>& connection) {
    const std::scoped_lock lock(mutex_);
    all_.emplace(connection.get(), connection);
  }
  void remove(const Connection& connection) {
    const std::scoped_lock lock(mutex_);
    all_.erase(&connection);
  }
  // For one more than there are. False when all are busy.
  bool make_room(std::size_t connections_max) {
    std::shared_ptr<Connection> chosen;  // released without the lock: it may be the last to hold it
    {
      const std::scoped_lock lock(mutex_);
      if (all_.size() < connections_max) return true;
      auto oldest = all_.end();
      for (auto at = all_.begin(); at != all_.end(); ++at)
        if (!at->first->is_busy() &&
            (oldest == all_.end() || at->first->idle_since() < oldest->first->idle_since()))
          oldest = at;
      if (oldest == all_.end()) return false;
      chosen = oldest->second.lock();
      all_.erase(oldest);
    }
    if (chosen != nullptr) chosen->end();
    return true;
  }

 private:
  std::mutex mutex_;
  std::unordered_map<const Connection*, std::weak_ptr<Connection>> all_;  // each is alive: it
                                                                          // removes itself first
};

}  // namespace paraneo::net
