#include "fetch/bulk.h"

#include <gtest/gtest.h>

#include "fake_server.h"

namespace paraneo::fetch {
namespace {

// Answers in the order of a script.
class BulkTest : public testing::Test {
 protected:
  static rest::Response answer(int status, std::string body, std::vector<rest::Header> more = {}) {
    more.push_back({"Content-Type", "application/json"});
    return {status, std::move(more), std::move(body)};
  }
  static rest::Response begun() { return answer(202, "", {{"Content-Location", "https://fhir.test/r4/_status/1"}}); }
  static rest::Response manifest(const std::string& count = "2", const std::string& error = "") {
    return answer(200, R"({"transactionTime":"2026-01-01T00:00:00Z","output":[{"type":"Patient","url":"f/1")" +
                           (count.empty() ? "" : ",\"count\":" + count) +
                           R"(},{"type":"Patient","url":"https://fhir.test/r4/f/2","count":1}],"error":[)" + error +
                           "]}");
  }
  static rest::Response lines(int from, int to) {
    std::string body;
    for (int i = from; i < to; ++i) body += R"({"resourceType":"Patient","id":")" + std::to_string(i) + "\"}\n";
    return {200, {{"Content-Type", "application/fhir+ndjson"}}, body};
  }
  class Disk final : public BulkFiles {
   public:
    explicit Disk(std::map<std::string, std::string>& files) : files_(files) {}
    Result<void> begin(const BulkFile& file) override {
      EXPECT_FALSE(files_.contains(file.name)) << "fetched twice: " << file.name;
      name_ = file.name;
      text_.clear();
      return {};
    }
    Result<void> write(std::string_view piece) override {
      text_ += piece;
      return {};
    }
    Result<void> keep() override {
      files_[name_] = text_;
      return {};
    }

   private:
    std::map<std::string, std::string>& files_;
    std::string name_;
    std::string text_;
  };
  // A body comes in pieces that know nothing of lines.
  static void pour(rest::Response& response, rest::BodySink& sink) {
    constexpr std::size_t kPiece = 7;
    ASSERT_TRUE(sink.begin());
    for (std::size_t at = 0; at < response.body.size(); at += kPiece)
      ASSERT_TRUE(sink.take(std::string_view(response.body).substr(at, kPiece)));
    response.body.clear();
  }
  // Plays until the script ends or the machine does; `crash_after` requests the world stops.
  BulkReport run(std::vector<rest::Response> script, BulkOptions options = {}, std::size_t crash_after = 999) {
    options.base = FakeServer::kBase;
    urls_.clear();
    delays_.clear();
    Disk disk(files_);
    Bulk machine(
        options, disk,
        [&](const BulkState& state) {
          state_ = write_state(state);
          return Result<void>();
        });
    for (std::size_t i = 0; i < std::min(script.size(), crash_after); ++i) {
      const auto task = machine.next();
      if (!task) break;
      urls_.push_back(std::string(name_of(task->request.method)) + " " + task->request.url);
      delays_.push_back(task->delay_ms);
      if (task->sink != nullptr && script[i].status == 200) pour(script[i], *task->sink);
      machine.finished(task->id, rest::classify(std::move(script[i]), 0));
    }
    done_ = machine.done();
    return machine.report();
  }
  std::vector<std::string> urls_;
  std::vector<std::int64_t> delays_;
  std::map<std::string, std::string> files_;
  std::string state_;
  bool done_ = false;
};

TEST_F(BulkTest, WaitsAsLongAsTheServerSaysAndFetchesAll) {
  BulkOptions options;
  options.types = {"Patient", "Condition"};
  const auto report = run({begun(), answer(202, "", {{"Retry-After", "7"}, {"X-Progress", "10%"}}), answer(202, ""),
                           manifest(), lines(0, 2), lines(2, 3),
                           answer(200, R"({"resourceType":"Bundle","total":0})"), answer(202, "")}, options);
  ASSERT_FALSE(report.error) << report.error->what;
  EXPECT_TRUE(done_);
  EXPECT_EQ(urls_[6], "GET https://fhir.test/r4/Condition?_summary=count");  // has no file
  EXPECT_EQ(urls_[0], "GET https://fhir.test/r4/$export?_outputFormat=application/fhir%2Bndjson&_type=Patient,Condition");
  EXPECT_EQ(delays_[2], 7000);
  EXPECT_EQ(urls_[4], "GET https://fhir.test/r4/_status/f/1");
  EXPECT_EQ(urls_.back(), "DELETE https://fhir.test/r4/_status/1");
  EXPECT_EQ(report.resources, 3U);
  EXPECT_EQ(files_.size(), 2U);
  EXPECT_FALSE(report.unproven);
}

TEST_F(BulkTest, AShortOrBrokenFileIsFetchedAgainAndNeverKept) {
  auto report = run({begun(), manifest(), lines(0, 1), lines(0, 2), lines(2, 3), answer(202, "")});
  ASSERT_FALSE(report.error);
  EXPECT_EQ(report.retried, 1U);
  EXPECT_EQ(files_["Patient.1.ndjson"], lines(0, 2).body);
  files_.clear();
  auto cut = lines(0, 2);
  cut.body.resize(cut.body.size() - 5);
  report = run({begun(), manifest(), cut, cut, cut});
  ASSERT_TRUE(report.error);
  EXPECT_NE(report.error->what.find("line 2"), std::string::npos);
  EXPECT_TRUE(files_.empty());
}

TEST_F(BulkTest, GoesOnAfterACrashAtAnyMoment) {
  const std::vector<rest::Response> whole{begun(), answer(202, ""), manifest(), lines(0, 2), lines(2, 3), answer(202, "")};
  for (std::size_t crash = 1; crash < whole.size(); ++crash) {
    files_.clear();
    state_.clear();
    run(whole, {}, crash);
    BulkOptions options;
    options.resume = *read_bulk_state(state_, "f");
    std::vector<rest::Response> rest{manifest()};
    if (!files_.contains("Patient.1.ndjson")) rest.push_back(lines(0, 2));
    if (!files_.contains("Patient.2.ndjson")) rest.push_back(lines(2, 3));
    rest.push_back(answer(202, ""));
    const auto report = run(rest, options);
    ASSERT_FALSE(report.error) << crash << report.error->what;
    EXPECT_TRUE(done_);
    EXPECT_EQ(files_.size(), 2U);
    EXPECT_EQ(urls_[0], "GET https://fhir.test/r4/_status/1");  // no second export
  }
}

TEST_F(BulkTest, AnExportThatTheServerHasForgottenIsBegunAnew) {
  BulkOptions options;
  options.resume = BulkState{std::string(FakeServer::kBase), "", "https://fhir.test/r4/_status/0", {"Patient.1.ndjson"}};
  const auto report = run({answer(404, FakeServer::outcome("not-found")), begun(), manifest(), lines(0, 2),
                           lines(2, 3), answer(202, "")}, options);
  ASSERT_FALSE(report.error);
  EXPECT_EQ(files_.size(), 2U);
  EXPECT_EQ(report.notes.size(), 1U);
}

TEST_F(BulkTest, WithoutCountsTheServerIsAskedForThem) {
  const auto total = [](int count) {
    return answer(200, R"({"resourceType":"Bundle","total":)" + std::to_string(count) + "}");
  };
  auto report = run({begun(), manifest(""), lines(0, 2), lines(2, 3), total(2), answer(202, "")});
  EXPECT_FALSE(report.unproven);
  EXPECT_EQ(urls_[4], "GET https://fhir.test/r4/Patient?_summary=count");
  files_.clear();
  report = run({begun(), manifest(""), lines(0, 2), lines(2, 3), total(9), answer(202, "")});
  EXPECT_TRUE(report.unproven);
}

TEST_F(BulkTest, WhatTheServerCouldNotExportIsSaid) {
  const rest::Response errors{200, {{"Content-Type", "application/fhir+ndjson"}}, FakeServer::outcome("exception") + "\n"};
  const auto report = run({begun(), manifest("2", R"({"type":"OperationOutcome","url":"e"})"), lines(0, 2),
                           lines(2, 3), errors, answer(202, "")});
  ASSERT_FALSE(report.error) << report.error->what;
  EXPECT_TRUE(report.unproven);
  EXPECT_EQ(report.resources, 3U);
}

TEST_F(BulkTest, NoTokenGoesToAnotherServer) {
  EXPECT_TRUE(run({answer(202, "", {{"Content-Location", "https://evil.test/s"}})}).error);
  EXPECT_TRUE(run({begun(), answer(200, R"({"output":[{"type":"Patient","url":"https://evil.test/f"}]})")}).error);
  EXPECT_TRUE(run({answer(400, FakeServer::outcome("not-supported"))}).error);
}

}  // namespace
}  // namespace paraneo::fetch
