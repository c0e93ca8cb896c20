// What sync writes for collectors and for programs that read its log.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sync_program.h"

namespace paraneo::cli {
namespace {

class SyncReports : public SyncTest {};

// As every output: written through, never put in the place of what is no file; and for a collector
// to read.
TEST_F(SyncReports, MetricsGoWhereALinkLeads) {
  configure(program_.sandbox());
  put(0, record(0, "26.0"));
  const auto link = program_.path("link.prom");
  const auto file = program_.path("metrics.prom");
  std::filesystem::create_symlink(file, link);
  const auto mask = umask(077);
  const auto done = sync({"run", "--metrics", link});
  umask(mask);
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_NE(
      program_.read("metrics.prom").find("paraneo_sync_resources_sent{action=\"created\"} 3\n"),
      std::string::npos);
  EXPECT_EQ(std::filesystem::status(file).permissions(), std::filesystem::perms(0644));
}

TEST_F(SyncReports, ARunThatDoesNotBeginIsInTheMetrics) {
  const auto metrics = program_.path("metrics.prom");
  configure(program_.sandbox());
  put(0, record(0, "1"));
  EXPECT_EQ(sync({"run", "--metrics", metrics}).code, 0);
  const auto whole = program_.read("metrics.prom");
  for (const auto* line :
       {"paraneo_sync_runs_total{outcome=\"done\"} 1\n", "# TYPE paraneo_sync_runs_total counter\n",
        "paraneo_sync_resources_written_total{action=\"created\"} 3\n",
        "paraneo_sync_oldest_waiting_seconds{state=\"dead\"} 0\n"})
    EXPECT_NE(whole.find(line), std::string::npos) << line << whole;
  EXPECT_NE(whole.find("paraneo_sync_ledger_bytes "), std::string::npos);
  const auto file = open((program_.path("ledger.sqlite") + ".lock").c_str(), O_RDWR);
  ASSERT_EQ(flock(file, LOCK_EX), 0);
  const auto busy = sync({"run", "--metrics", metrics});
  close(file);
  EXPECT_EQ(busy.code, 4) << busy.err;
  const auto failed = program_.read("metrics.prom");
  EXPECT_NE(failed.find("paraneo_sync_last_run_exit_code 4"), std::string::npos) << failed;
  EXPECT_NE(failed.find("paraneo_sync_runs_total{outcome=\"done\"} 1\n"), std::string::npos)
      << failed;
  std::filesystem::remove(metrics);
  configure("https://localhost:1/fhir", "bearer-token-file = \"/none\"\n");
  const auto code = sync({"run", "--metrics", metrics}).code;
  EXPECT_NE(code, 0);
  EXPECT_NE(
      program_.read("metrics.prom").find("paraneo_sync_last_run_exit_code " + std::to_string(code)),
      std::string::npos);
}

TEST_F(SyncReports, WhatWasRetractedIsToldByRecord) {
  configure(program_.sandbox(), "on-vanish = \"delete\"\nshrink-max = 100\n");
  for (int i = 0; i < 3; ++i) put(i, record(i, "1"));
  EXPECT_EQ(sync({"run"}).code, 0);
  std::filesystem::remove(program_.path("records/1.json"));
  const auto done = sync({"run", "--log", "json"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(done.err.find(R"("event":"record-retracted","record":)"), std::string::npos)
      << done.err;
  EXPECT_EQ(done.err.find("case-1"), std::string::npos) << done.err;
  EXPECT_NE(done.err.find(R"("event":"sync-ended","records":1,)"), std::string::npos) << done.err;
}

TEST_F(SyncReports, StructuredLogsNameNoRecordUnlessAsked) {
  const auto base = program_.sandbox();
  configure(base);
  program_.write(
      "records/miller.json",
      R"({"resourceType":"CaseRecord","version":"1","id":"miller","subject":{"sex":"nonsense"}})");
  auto done = sync({"run", "--log", "json"});
  EXPECT_EQ(done.code, 1) << done.err;
  EXPECT_EQ(done.err.find("miller"), std::string::npos) << done.err;
  EXPECT_EQ(sync({"retry", "--all"}).code, 0);
  done = sync({"run", "--log", "json", "--show-ids"});
  EXPECT_NE(done.err.find("miller"), std::string::npos) << done.err;
}

}  // namespace
}  // namespace paraneo::cli
