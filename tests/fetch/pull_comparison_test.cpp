#include "fetch/pull_comparison.h"

#include "capped_server.h"

namespace paraneo::fetch {
namespace {

TEST(PullComparison, AServerWithoutLastUpdatedIsReadAsAWhole) {
  auto server = labs(20, 1000);
  server.knows_last_updated = false;
  PullOptions options;
  options.since = "2026-01-01";
  const auto pulled = pull(server, options);
  ASSERT_FALSE(pulled.report.error) << pulled.report.error->what;
  EXPECT_EQ(pulled.got.size(), 20U);
  EXPECT_EQ(pulled.report.notes.size(), 1U);
}

TEST(PullComparison, AServerWithoutLastUpdatedIsComparedByHash) {
  for (const bool ignores : {false, true}) {
    auto server = labs(20, 1000);
    server.knows_last_updated = ignores;
    server.ignores_last_updated = ignores;
    PullOptions options;
    options.keep_hashes = true;
    options.deletions = true;
    const auto first = pull(server, options);
    EXPECT_EQ(first.got.size(), 20U);
    EXPECT_EQ(first.report.hashes.size(), 20U);

    server.labs[90'001] = 1'700'000'000'000;
    server.labs.begin()->second += 1;
    const auto changed = server.labs.begin()->first;
    const auto gone = std::next(server.labs.begin())->first;
    server.labs.erase(gone);
    options.keep_hashes = false;
    options.since = "2026-01-01";
    options.hashes = first.report.hashes;
    const auto second = pull(server, options);
    ASSERT_FALSE(second.report.error) << second.report.error->what;
    EXPECT_EQ(second.got, (std::multiset<std::string>{"o90001", "o" + std::to_string(changed)}));
    EXPECT_EQ(second.deleted, std::vector<std::string>{"Observation/o" + std::to_string(gone)});
    EXPECT_EQ(second.report.known, 18U);
    EXPECT_EQ(second.report.hashes.size(), 20U);
    EXPECT_EQ(second.report.notes.size(), 1U);
    EXPECT_EQ(server.log.back().find("/_history"), std::string::npos);
  }
}

TEST(PullComparison, HashesAreGivenUpWhereLastUpdatedWorks) {
  auto server = labs(20, 1000);
  PullOptions options;
  options.keep_hashes = true;
  const auto first = pull(server, options);
  options.keep_hashes = false;
  options.since = "2027-01-01";
  options.hashes = first.report.hashes;
  EXPECT_TRUE(pull(server, options).report.hashes.empty());
}

TEST(PullComparison, WhatCannotBeProvenToBeAllReportsNothingAsVanished) {
  auto server = labs(20, 1000);
  PullOptions options;
  options.keep_hashes = true;
  options.deletions = true;
  options.hashes = pull(server, options).report.hashes;
  options.since = "2026-01-01";
  server.knows_last_updated = false;
  server.counts = false;
  server.labs.erase(server.labs.begin());
  const auto second = pull(server, options);
  EXPECT_TRUE(second.report.unproven);
  EXPECT_TRUE(second.deleted.empty());
}

}  // namespace
}  // namespace paraneo::fetch
