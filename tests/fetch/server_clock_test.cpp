#include "fetch/server_clock.h"

#include "capped_server.h"

namespace paraneo::fetch {
namespace {

constexpr std::int64_t kHour = 3'600'000;
constexpr std::int64_t kNow = 1'800'000'000'000;  // of FixedClock
constexpr std::int64_t kOverlap = 600'000;

TEST(ServerClock, IsSetBackWhereItIsLessAheadThanItWas) {
  EXPECT_FALSE(earlier_since_ms(kNow - kHour, kOverlap, 0, 0, kNow));
  EXPECT_FALSE(earlier_since_ms(kNow - kHour, kOverlap, 0, -30'000, kNow));  // the overlap's
  EXPECT_FALSE(earlier_since_ms(kNow - kHour, kOverlap, 0, kHour, kNow));
  EXPECT_EQ(earlier_since_ms(kNow - kHour, kOverlap, 0, -2 * kHour, kNow), kNow - 3 * kHour);
  EXPECT_EQ(earlier_since_ms(kNow - kHour, 0, 0, -5000, kNow), kNow - kHour - 5000);
  EXPECT_EQ(earlier_since_ms(kHour, kOverlap, 0, -2 * kHour, kNow), 0);
}

TEST(ServerClock, BeforeTheCursorIsSetBackByNobodyKnowsHowMuch) {
  EXPECT_EQ(earlier_since_ms(kNow, kOverlap, std::nullopt, -1, kNow), 0);
  EXPECT_FALSE(earlier_since_ms(kNow - kOverlap, kOverlap, std::nullopt, -1, kNow));
}

TEST(ServerClock, OfTheFarFutureIsNone) {
  EXPECT_FALSE(clock_lead_ms(std::nullopt, kNow));
  EXPECT_FALSE(clock_lead_ms(kNow + 100 * kHour, kNow));
  EXPECT_EQ(clock_lead_ms(kNow - 100 * kHour, kNow), -100 * kHour);
}

PullOptions next_of(const PullReport& report, std::int64_t lead_ms) {
  PullOptions options;
  options.goes_on = true;
  options.since = rest::instant_text(report.cursor_ms);
  options.recent = report.recent;
  options.clock_lead_ms = *report.clock_lead_ms + lead_ms;
  return options;
}

// The clock of the answers is the same in all pulls; it is the last pull's that was ahead of it.
TEST(ServerClock, WhatWasWrittenSinceItWasSetBackIsFound) {
  CappedServer server;
  server.labs = {{1, kNow + kHour}};  // before it was set back by two hours
  const auto first = pull(server);
  ASSERT_TRUE(first.report.clock_lead_ms);
  server.labs[2] = kNow - kHour;
  const auto second = pull(server, next_of(first.report, 2 * kHour));
  EXPECT_TRUE(second.got.contains("o2"));
  EXPECT_FALSE(second.got.contains("o1"));  // in this version it came before
  ASSERT_EQ(second.report.notes.size(), 1U);
  EXPECT_NE(second.report.notes[0].find("set back"), std::string::npos);
  // Nor is what comes later hidden by what has the later times of before.
  server.labs[3] = *second.report.clock_lead_ms + kNow + 1;
  const auto third = pull(server, next_of(second.report, 0));
  EXPECT_EQ(third.got, std::multiset<std::string>{"o3"});
  EXPECT_TRUE(third.report.notes.empty());
}

TEST(ServerClock, WithoutOneInTheStateAllIsRead) {
  CappedServer server;
  server.labs = {{1, 1000}};
  PullOptions options;
  options.goes_on = true;
  options.since = rest::instant_text(kNow + kHour);
  const auto all = pull(server, options);
  EXPECT_EQ(all.got.size(), 1U);
  options.goes_on = false;  // somebody says so
  EXPECT_TRUE(pull(server, options).got.empty());
}

}  // namespace
}  // namespace paraneo::fetch
