#include "sync/window.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace paraneo::sync {
namespace {

constexpr Window::Weight kWrite{true, 100};

// A server that works on so many requests at the same time; the others wait.
struct Server {
  double workers = 1;
  double service_ms = 100;

  std::int64_t latency_ms(std::size_t under_way) const {
    return std::llround(service_ms * std::max(1.0, static_cast<double>(under_way) / workers));
  }
  double throughput(std::size_t under_way) const {
    return std::min(workers, static_cast<double>(under_way)) / service_ms;
  }
};

// Steps until the window has had the time to settle, and then its mean.
double settled(Window& window, const Server& server) {
  constexpr int kSteps = 2000;
  double sum = 0;
  for (int i = 0; i < 2 * kSteps; ++i) {
    window.answered(kWrite, server.latency_ms(window.size()));
    if (i >= kSteps) sum += static_cast<double>(window.size());
  }
  return sum / kSteps;
}

TEST(WindowTest, BeginsWithOneRequestAndDoublesToTheMost) {
  Window window(8);
  EXPECT_EQ(window.size(), 1U);
  for (int i = 0; i < 7; ++i) window.answered(kWrite, 50);
  EXPECT_EQ(window.size(), 8U);
  window.answered(kWrite, 50);
  EXPECT_EQ(window.size(), 8U);
}

TEST(WindowTest, KeepsAServerBusyWithoutALongQueue) {
  for (const double workers : {1.0, 2.0, 4.0, 16.0}) {
    const Server server{workers, 100};
    Window window(64);
    const auto mean = settled(window, server);
    EXPECT_GE(mean, workers) << "the server has nothing to do";
    EXPECT_LE(mean, 3 * workers) << "requests wait for nothing";
    EXPECT_DOUBLE_EQ(server.throughput(window.size()), workers / 100);
  }
}

TEST(WindowTest, AServerThatBecomesSlowerForGoodIsUsedAgainAfterAWhile) {
  Window window(32);
  settled(window, {8, 50});
  const auto mean = settled(window, {8, 500});
  EXPECT_GE(mean, 8);
  EXPECT_LE(mean, 24);
}

TEST(WindowTest, FailuresHalveItAndAnOpenCircuitLeavesOne) {
  Window window(16);
  for (int i = 0; i < 20; ++i) window.answered(kWrite, 50);
  window.failed();
  EXPECT_EQ(window.size(), 8U);
  window.answered(kWrite, 50);
  EXPECT_EQ(window.size(), 8U) << "it grows by one a round now";
  window.close();
  EXPECT_EQ(window.size(), 1U);
  for (int i = 0; i < 5; ++i) window.failed();
  EXPECT_EQ(window.size(), 1U);
}

TEST(WindowTest, LargeRequestsAreNotLateBecauseSmallOnesAreFast) {
  Window window(8);
  for (int i = 0; i < 50; ++i) {
    window.answered({false, 1}, 5);
    window.answered({false, 200}, 400);
    window.answered(kWrite, 2000);
  }
  EXPECT_EQ(window.size(), 8U);
}

TEST(WindowTest, AClockThatIsSetSaysNothingAboutTheServer) {
  Window window(4);
  for (int i = 0; i < 5; ++i) window.answered(kWrite, 50);
  window.answered(kWrite, -10'000'000'000);
  window.answered(kWrite, 10'000'000'000);
  EXPECT_EQ(window.size(), 4U);
}

TEST(WindowTest, MillisecondsOfChanceAreNoLoad) {
  Window window(4);
  for (int i = 0; i < 100; ++i) window.answered(kWrite, 1 + i % 15);
  EXPECT_EQ(window.size(), 4U);
}

}  // namespace
}  // namespace paraneo::sync
