// What a client exchanged with its server, for the summary at the end of long work: counts, bytes,
// latencies.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>

namespace paraneo::net {

// How often which latency occurred. Not thread-safe; the memory is fixed (8 KiB); a percentile is
// at most 1/16 above the true one.
class LatencyHistogram {
 public:
  // One answer that took so long.
  void add(std::uint64_t latency_us);
  std::uint64_t count() const { return count_; }
  std::uint64_t mean_us() const { return count_ == 0 ? 0 : sum_us_ / count_; }
  std::uint64_t max_us() const { return max_us_; }
  // The latency that `percent` (1 to 100) of all do not exceed; 0 when there is none.
  std::uint64_t percentile_us(unsigned percent) const;

 private:
  static constexpr unsigned kStepBits = 4;  // 16 buckets for each power of two
  static constexpr std::size_t kBuckets = std::size_t{64} << kStepBits;
  static std::size_t bucket_of(std::uint64_t latency_us);
  static std::uint64_t last_of(std::size_t bucket);  // the largest latency in it

  std::array<std::uint64_t, kBuckets> buckets_{};
  std::uint64_t count_ = 0;
  std::uint64_t sum_us_ = 0;
  std::uint64_t max_us_ = 0;
};

// A copy of what was counted. Each try counts. Requests for tokens are none of these: they go to
// another server.
struct Traffic {
  std::uint64_t requests = 0;
  std::uint64_t unanswered = 0;           // no whole answer came
  std::map<int, std::uint64_t> statuses;  // HTTP status: how many answers
  std::uint64_t bytes_sent = 0;           // of bodies, as they travel
  std::uint64_t bytes_received = 0;
  LatencyHistogram latencies;  // of answers, from the first byte that is sent to the last one that
                               // comes
};

// Collects for all connections of a client. Thread-safe.
class TrafficMeter {
 public:
  // One try. `status` 0: no whole answer came.
  void add(int status, std::uint64_t bytes_sent, std::uint64_t bytes_received,
           std::uint64_t latency_us);
  // All since the last call.
  Traffic take();

 private:
  std::mutex mutex_;
  Traffic now_;
};

}  // namespace paraneo::net
