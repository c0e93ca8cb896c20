// How many requests are to be under way at the same time, by how long the server takes to answer.
// Plain arithmetic: no clock, no socket.
//
// It begins with one and doubles; from the first sign of load on it grows by one a round and gives
// a tenth back whenever answers take more than twice as long as they do at best. A failure halves
// it. Like is compared with like: a transaction of 200 resources may take longer than a read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>

namespace paraneo::sync {

class Window {
 public:
  // What a request asks of the server.
  struct Weight {
    bool writes = false;
    std::size_t entries = 1;
  };

  // One that does not adapt is always open so far.
  explicit Window(std::size_t most, bool adapts = true)
      : most_(static_cast<double>(most)), size_(adapts ? 1 : most_), adapts_(adapts) {}

  std::size_t size() const { return static_cast<std::size_t>(size_); }

  // What became of a request: the window grows, or shrinks at once.
  void answered(const Weight& weight, std::int64_t latency_ms);
  void failed();
  // The circuit is open: one request at a time.
  void close();

 private:
  struct Level {
    double now_ms = 0;   // smoothed
    double best_ms = 0;  // that this ever was
  };
  void grow();
  bool is_late(Level& level, double latency_ms) const;

  double most_;
  double size_;
  bool adapts_;
  bool doubling_ = true;
  std::map<std::size_t, Level> levels_;  // by what was asked, in powers of two
};

}  // namespace paraneo::sync
