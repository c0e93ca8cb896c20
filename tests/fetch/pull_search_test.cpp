// Servers that leave things out, and what pull makes of them.
#include "fetch/pull_search.h"

#include "capped_server.h"

namespace paraneo::fetch {
namespace {

TEST(PullSearch, AServerThatCapsItsResultsIsReadInWindows) {
  for (const std::size_t cap : {3U, 10U, 25U, 99U}) {
    auto server = labs(100, 1000);
    server.cap = cap;
    const auto pulled = pull(server);
    ASSERT_FALSE(pulled.report.error) << cap << pulled.report.error->what;
    EXPECT_EQ(pulled.got.size(), 100U);
    EXPECT_EQ(std::set(pulled.got.begin(), pulled.got.end()).size(), 100U);
    EXPECT_GT(pulled.report.windows, 0U);
    EXPECT_FALSE(pulled.report.unproven);
    EXPECT_LT(server.log.size(), 2000U);
  }
}

TEST(PullSearch, WindowsEndAtOneMillisecond) {
  auto server = labs(20, 1);
  server.cap = 1;
  EXPECT_EQ(pull(server).got.size(), 20U);
  server = labs(20, 0);  // all at once: no window can part them
  server.cap = 19;
  const auto pulled = pull(server);
  ASSERT_TRUE(pulled.report.error);
  EXPECT_TRUE(pulled.report.unproven);
  EXPECT_NE(pulled.report.error->what.find("announced 20"), std::string::npos);
}

TEST(PullSearch, AServerThatIgnoresTheWindowIsFoundOut) {
  auto server = labs(20, 1000);
  server.cap = 12;
  server.ignores_last_updated = true;
  EXPECT_TRUE(pull(server).report.error);
}

TEST(PullSearch, WithoutACountNothingIsProven) {
  auto server = labs(20, 1000);
  server.counts = false;
  const auto pulled = pull(server);
  EXPECT_FALSE(pulled.report.error);
  EXPECT_TRUE(pulled.report.unproven);
  EXPECT_EQ(pulled.report.without_total, 1U);
  EXPECT_EQ(pulled.got.size(), 20U);
}

TEST(PullSearch, WhatComesOnTwoPagesIsHandedOutOnce) {
  auto server = labs(35, 1000);
  server.repeats = true;
  const auto pulled = pull(server);
  EXPECT_FALSE(pulled.report.error);
  EXPECT_EQ(pulled.got.size(), 35U);
  EXPECT_EQ(pulled.report.repeated, 3U);
}

TEST(PullSearch, PagesWithoutEndEnd) {
  const auto endless = [](const std::function<std::string(std::size_t)>& entries,
                          PullOptions options) {
    options.base = rest::FakeServer::kBase;
    options.queries = {"Observation"};
    Pull machine(options, [](auto, auto, auto) { return Result<void>(); });
    std::size_t pages = 0;
    while (const auto task = machine.next()) {
      ++pages;
      machine.finished(
          task->id,
          rest::FakeServer::reply(
              200,
              R"({"resourceType":"Bundle","link":[{"relation":"next","url":"https://fhir.test/r4?p=)" +
                  std::to_string(pages) + R"("}],"entry":[)" + entries(pages) + "]}"));
    }
    EXPECT_TRUE(machine.report().error);
    EXPECT_EQ(machine.report().error->code, ErrorCode::answer_incomplete);
    EXPECT_NE(machine.report().error->what.find("do not end"), std::string::npos);
    return pages;
  };
  const auto lab = [](std::size_t number) {
    return "{\"resource\":" + CappedServer::lab(static_cast<int>(number), 0) + "}";
  };
  EXPECT_EQ(endless([](std::size_t) { return std::string(); }, {}), 100U);
  EXPECT_EQ(endless([&](std::size_t) { return lab(1); }, {}), 101U);
  PullOptions few;
  few.pages_max = 500;
  EXPECT_EQ(endless(lab, few), 500U);
}

}  // namespace
}  // namespace paraneo::fetch
