#include "net/traffic.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace paraneo::net {

std::size_t LatencyHistogram::bucket_of(std::uint64_t latency_us) {
  constexpr std::uint64_t kSteps = std::uint64_t{1} << kStepBits;
  if (latency_us < kSteps) return static_cast<std::size_t>(latency_us);
  const auto shift = static_cast<unsigned>(std::bit_width(latency_us)) - kStepBits - 1;
  return static_cast<std::size_t>(((shift + 1) << kStepBits) +
                                  ((latency_us >> shift) & (kSteps - 1)));
}

std::uint64_t LatencyHistogram::last_of(std::size_t bucket) {
  constexpr std::uint64_t kSteps = std::uint64_t{1} << kStepBits;
  if (bucket < kSteps) return bucket;
  const auto shift = (bucket >> kStepBits) - 1;
  return ((kSteps + (bucket & (kSteps - 1))) << shift) + ((std::uint64_t{1} << shift) - 1);
}

void LatencyHistogram::add(std::uint64_t latency_us) {
  ++buckets_[bucket_of(latency_us)];
  ++count_;
  sum_us_ += latency_us;
  max_us_ = std::max(max_us_, latency_us);
}

std::uint64_t LatencyHistogram::percentile_us(unsigned percent) const {
  const auto rank = (count_ * percent + 99) / 100;
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
    seen += buckets_[bucket];
    if (seen > 0 && seen >= rank) return std::min(last_of(bucket), max_us_);
  }
  return 0;
}

void TrafficMeter::add(int status, std::uint64_t bytes_sent, std::uint64_t bytes_received,
                       std::uint64_t latency_us) {
  const std::scoped_lock lock(mutex_);
  ++now_.requests;
  now_.bytes_sent += bytes_sent;
  now_.bytes_received += bytes_received;
  if (status == 0) {
    ++now_.unanswered;
    return;
  }
  ++now_.statuses[status];
  now_.latencies.add(latency_us);
}

Traffic TrafficMeter::take() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(now_, Traffic{});
}

}  // namespace paraneo::net
