#include "net/traffic.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace paraneo::net {
namespace {

// Against all latencies, sorted.
TEST(Traffic, PercentilesAreAtMostASixteenthAboveTheTrueOnes) {
  std::mt19937_64 random(7);
  for (const unsigned bits : {3U, 10U, 24U, 40U, 63U}) {
    for (const std::size_t count : {1U, 2U, 99U, 100U, 1000U}) {
      LatencyHistogram histogram;
      std::vector<std::uint64_t> all;
      for (std::size_t i = 0; i < count; ++i) {
        all.push_back(random() & ((std::uint64_t{1} << bits) - 1));
        histogram.add(all.back());
      }
      std::sort(all.begin(), all.end());
      EXPECT_EQ(histogram.count(), count);
      EXPECT_EQ(histogram.max_us(), all.back());
      EXPECT_EQ(histogram.percentile_us(100), all.back());
      for (const unsigned percent : {1U, 50U, 95U, 99U}) {
        const auto exact = all[(count * percent + 99) / 100 - 1];
        const auto given = histogram.percentile_us(percent);
        EXPECT_GE(given, exact) << percent << " % of " << count;
        EXPECT_LE(given, exact + exact / 16) << percent << " % of " << count;
      }
    }
  }
}

TEST(Traffic, NothingGivesZeros) {
  const LatencyHistogram histogram;
  EXPECT_EQ(histogram.percentile_us(50), 0U);
  EXPECT_EQ(histogram.mean_us(), 0U);
  EXPECT_EQ(histogram.max_us(), 0U);
}

TEST(Traffic, AMeterGivesWhatCameSinceTheLastTime) {
  TrafficMeter meter;
  meter.add(200, 10, 100, 1000);
  meter.add(503, 10, 20, 3000);
  meter.add(0, 10, 7, 9000);  // broken off
  const auto first = meter.take();
  EXPECT_EQ(first.requests, 3U);
  EXPECT_EQ(first.unanswered, 1U);
  EXPECT_EQ(first.statuses, (std::map<int, std::uint64_t>{{200, 1}, {503, 1}}));
  EXPECT_EQ(first.bytes_sent, 30U);
  EXPECT_EQ(first.bytes_received, 127U);
  EXPECT_EQ(first.latencies.count(), 2U);
  EXPECT_EQ(first.latencies.mean_us(), 2000U);
  meter.add(201, 1, 2, 3);
  EXPECT_EQ(meter.take().requests, 1U);
  EXPECT_EQ(meter.take().requests, 0U);
}

}  // namespace
}  // namespace paraneo::net
