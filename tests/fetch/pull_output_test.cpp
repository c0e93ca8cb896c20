#include "fetch/pull_output.h"

#include "capped_server.h"

namespace paraneo::fetch {
namespace {

TEST(PullOutput, TheNextPullMissesNothingThatWasCommittedLate) {
  auto server = labs(5, 0);
  const auto newest = server.labs.begin()->second;
  auto first = pull(server);
  EXPECT_EQ(first.report.cursor_ms, newest - 600'000);  // whatever the Date header says
  server.labs[90'001] = newest - 30'000;  // in a transaction that was not yet to be seen
  server.labs[90'002] = newest;           // a tie
  server.labs[90'003] = newest + 5;
  PullOptions options;
  options.since = rest::instant_text(first.report.cursor_ms);
  options.recent = first.report.recent;
  auto second = pull(server, options);
  EXPECT_EQ(second.got, (std::multiset<std::string>{"o90001", "o90002", "o90003"}));
  options.since = rest::instant_text(second.report.cursor_ms);
  options.recent = second.report.recent;
  const auto third = pull(server, options);
  EXPECT_TRUE(third.got.empty());
  EXPECT_EQ(third.report.known, 8U);
  EXPECT_EQ(third.report.cursor_ms, second.report.cursor_ms);
  // Nothing at all is no reason to move on, nor to go back.
  server.labs.clear();
  EXPECT_EQ(pull(server, options).report.cursor_ms, second.report.cursor_ms);
  EXPECT_EQ(pull(server).report.cursor_ms, 0);
}

TEST(PullOutput, WithoutVersionsWhatWasSeenIsKnownByItsTime) {
  auto server = labs(5, 0);
  server.versions = false;
  const auto first = pull(server);
  EXPECT_EQ(first.got.size(), 5U);
  PullOptions options;
  options.since = rest::instant_text(first.report.cursor_ms);
  options.recent = first.report.recent;
  EXPECT_TRUE(pull(server, options).got.empty());
  server.labs.begin()->second += 1;
  EXPECT_EQ(pull(server, options).got.size(), 1U);
}

TEST(PullOutput, AResourceOfTheFutureDoesNotMoveTheCursor) {
  auto server = labs(5, 0);
  const auto newest = server.labs.begin()->second;
  server.labs[90'001] = *rest::instant_ms("9999-12-31T00:00:00Z");
  const auto first = pull(server);
  EXPECT_EQ(first.report.cursor_ms, newest - 600'000);
  EXPECT_EQ(first.report.notes.size(), 1U);
  PullOptions options;
  options.since = rest::instant_text(first.report.cursor_ms);
  options.recent = first.report.recent;
  server.labs[90'002] = newest + 1000;
  EXPECT_EQ(pull(server, options).got, (std::multiset<std::string>{"o90002"}));  // and it is known
                                                                                 // itself
}

}  // namespace
}  // namespace paraneo::fetch
