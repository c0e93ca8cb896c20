#include "fetch/bulk.h"

#include <gtest/gtest.h>

#include "../rest/fake_server.h"

namespace paraneo::fetch {
namespace {

// Answers in the order of a script.
class BulkTest : public testing::Test {
 protected:
  static rest::Response answer(int status, std::string body, std::vector<rest::Header> more = {}) {
    more.push_back({"Content-Type", "application/json"});
    return {status, std::move(more), std::move(body)};
  }
  static rest::Response begun() {
    return answer(202, "", {{"Content-Location", "https://fhir.test/r4/_status/1"}});
  }
  static rest::Response manifest(const std::string& count = "2", const std::string& error = "") {
    return answer(
        200,
        R"({"transactionTime":"2026-01-01T00:00:00Z","output":[{"type":"Patient","url":"f/1")" +
            (count.empty() ? "" : ",\"count\":" + count) +
            R"(},{"type":"Patient","url":"https://fhir.test/r4/f/2","count":1}],"error":[)" +
            error + "]}");
  }
  static rest::Response lines(int from, int to) {
    std::string body;
    for (int i = from; i < to; ++i)
      body += R"({"resourceType":"Patient","id":")" + std::to_string(i) + "\"}\n";
    return {200, {{"Content-Type", "application/fhir+ndjson"}}, body};
  }
  class Disk final : public BulkFiles {
   public:
    explicit Disk(std::map<std::string, std::string>& files) : files_(files) {}
    Result<void> remove(const std::string& name) override {
      files_.erase(name);
      return {};
    }
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
  // A body comes in pieces that know nothing of lines. How much of it came is in poured_.
  Result<void> pour(rest::Response& response, rest::BodySink& sink) {
    constexpr std::size_t kPiece = 7;
    const auto body = std::exchange(response.body, {});
    poured_ = 0;
    if (const auto begun = sink.begin(); !begun) return begun;
    for (; poured_ < body.size(); poured_ += kPiece)
      if (const auto taken = sink.take(std::string_view(body).substr(poured_, kPiece)); !taken)
        return taken;
    return {};
  }
  // Plays until the script ends or the machine does; `crash_after` requests the world stops.
  BulkReport run(std::vector<rest::Response> script, BulkOptions options = {},
                 std::size_t crash_after = 999) {
    options.base = rest::FakeServer::kBase;
    urls_.clear();
    delays_.clear();
    anonymous_.clear();
    Disk disk(files_);
    Bulk machine(
        options, disk,
        [&](const BulkState& state) {
          state_ = write_state(state);
          return Result<void>();
        },
        clock_);
    for (std::size_t i = 0; i < std::min(script.size(), crash_after); ++i) {
      const auto task = machine.next();
      if (!task) break;
      urls_.push_back(std::string(name_of(task->request.method)) + " " + task->request.url);
      delays_.push_back(task->delay_ms);
      anonymous_.push_back(task->request.anonymous);
      clock_.now += task->delay_ms;
      const auto poured = task->sink != nullptr && script[i].status == 200
                              ? pour(script[i], *task->sink)
                              : Result<void>();
      machine.finished(task->id, poured
                                     ? Result<rest::Reply>(rest::classify(std::move(script[i]), 0))
                                     : poured.error());
    }
    done_ = machine.done();
    return machine.report();
  }
  std::vector<std::string> urls_;
  struct HandClock final : Clock {
    std::int64_t now_ms() const override { return now; }
    std::int64_t now = 0;
  } clock_;
  std::vector<std::int64_t> delays_;
  std::vector<bool> anonymous_;
  std::size_t poured_ = 0;
  std::map<std::string, std::string> files_;
  std::string state_;
  bool done_ = false;
};

rest::Response redirect(int status, const std::string& to) {
  return {status, {{"Location", to}, {"Content-Type", "text/html"}}, "moved"};
}

TEST_F(BulkTest, AFileBehindARedirectIsFetchedAndOnlyTheServerGetsTheToken) {
  for (const int status : {301, 302, 303, 307, 308}) {
    files_.clear();
    const auto report =
        run({begun(), manifest(), redirect(status, "/r4/real?sig=a|b c"), lines(0, 2),
             redirect(status, "https://store.test/f?sig=%7C"),
             redirect(status, "https://fhir.test/r4/back"), lines(2, 3), answer(202, "")});
    ASSERT_FALSE(report.error) << status << report.error->what;
    EXPECT_EQ(urls_[3], "GET https://fhir.test/r4/real?sig=a%7Cb%20c");
    EXPECT_EQ(urls_[5], "GET https://store.test/f?sig=%7C");
    EXPECT_EQ(anonymous_,
              (std::vector<bool>{false, false, false, false, false, true, true, false}));
    EXPECT_EQ(report.files, 2U);
  }
}

TEST_F(BulkTest, ARedirectThatCannotBeFollowedEndsIt) {
  std::vector<rest::Response> circle{begun(), manifest()};
  for (int i = 0; i < 30; ++i) circle.push_back(redirect(302, "/r4/again"));
  EXPECT_NE(run(circle).error->what.find("do not end"), std::string::npos);
  EXPECT_EQ(urls_.size(), 13U);
  EXPECT_NE(run({begun(), manifest(), redirect(307, "http://store.test/f")})
                .error->what.find("without TLS"),
            std::string::npos);
  EXPECT_TRUE(run({begun(), manifest(), redirect(307, "")}).error);
  EXPECT_TRUE(run({begun(), manifest(), redirect(307, "ftp://store.test/f")}).error);
}

TEST_F(BulkTest, AFileThatCameBrokenIsAskedForWhereItsUrlIs) {
  const auto report =
      run({begun(), manifest(), redirect(307, "https://store.test/1"), lines(0, 1),
           redirect(307, "https://store.test/2"), lines(0, 2), lines(2, 3), answer(202, "")});
  ASSERT_FALSE(report.error) << report.error->what;
  EXPECT_EQ(urls_[4], urls_[2]);
}

TEST_F(BulkTest, AManifestMayHavePages) {
  const auto page = [](const std::string& file, const std::string& next) {
    return answer(
        200, R"({"transactionTime":"2026-01-01T00:00:00Z","output":[{"type":"Patient","url":")" +
                 file + R"(","count":1}])" +
                 (next.empty() ? "" : R"(,"link":[{"relation":"next","url":")" + next + "\"}]") +
                 "}");
  };
  const auto report = run({begun(), page("f1", "https://fhir.test/r4/_status/1?page=2"),
                           page("f2", ""), lines(0, 1), lines(1, 2), answer(202, "")});
  ASSERT_FALSE(report.error) << report.error->what;
  EXPECT_EQ(report.files, 2U);
  files_.clear();
  EXPECT_NE(run({begun(), page("/r4/f1", "/r4/p2"), page("/r4/f1", "/r4/p3")})
                .error->what.find("does not end"),
            std::string::npos);
  EXPECT_TRUE(run({begun(), page("f1", "https://elsewhere.test/r4/p2")}).error);
}

TEST_F(BulkTest, AGroupAndFiltersAreAskedFor) {
  BulkOptions options;
  options.level = "Group/g1";
  options.type_filters = {"Observation?category=laboratory&status=final", "Condition?x=y"};
  run({begun()}, options);
  EXPECT_EQ(
      urls_[0],
      "GET https://fhir.test/r4/Group/g1/$export?_outputFormat=application/fhir%2Bndjson"
      "&_typeFilter=Observation%3Fcategory%3Dlaboratory%26status%3Dfinal&_typeFilter=Condition%3Fx%3Dy");
}

TEST_F(BulkTest, WaitsAsLongAsTheServerSaysAndFetchesAll) {
  BulkOptions options;
  options.types = {"Patient", "Condition"};
  const auto report = run({begun(), answer(202, "", {{"Retry-After", "7"}, {"X-Progress", "10%"}}),
                           answer(202, ""), manifest(), lines(0, 2), lines(2, 3),
                           answer(200, R"({"resourceType":"Bundle","total":0})"), answer(202, "")},
                          options);
  ASSERT_FALSE(report.error) << report.error->what;
  EXPECT_TRUE(done_);
  EXPECT_EQ(urls_[6], "GET https://fhir.test/r4/Condition?_summary=count");  // has no file
  EXPECT_EQ(
      urls_[0],
      "GET https://fhir.test/r4/$export?_outputFormat=application/fhir%2Bndjson&_type=Patient,Condition");
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
  const std::vector<rest::Response> whole{begun(),     answer(202, ""), manifest(),
                                          lines(0, 2), lines(2, 3),     answer(202, "")};
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
  options.resume = BulkState{std::string(rest::FakeServer::kBase),
                             "",
                             "https://fhir.test/r4/_status/0",
                             {{"https://fhir.test/r4/_status/f/1", "Patient.1.ndjson", 2},
                              {"gone", "Patient.3.ndjson", 2}}};
  files_ = {{"Patient.1.ndjson", "old"}, {"Patient.3.ndjson", "old"}};
  const auto report = run({answer(404, rest::FakeServer::outcome("not-found")), begun(), manifest(),
                           lines(0, 2), lines(2, 3), answer(202, "")},
                          options);
  ASSERT_FALSE(report.error);
  EXPECT_EQ(files_.size(), 2U);  // nothing of the old one stays
  EXPECT_EQ(files_["Patient.1.ndjson"], lines(0, 2).body);
  EXPECT_EQ(report.notes.size(), 1U);
}

TEST_F(BulkTest, FilesAreKnownByTheirUrlAndNotByTheirNumber) {
  const auto list = [](const std::string& first, const std::string& second) {
    const auto file = [](const std::string& name) {
      return R"({"type":"Patient","url":"https://fhir.test/f/)" + name + "\"}";
    };
    return answer(200, R"({"transactionTime":"2026-01-01T00:00:00Z","output":[)" + file(first) +
                           "," + file(second) + "]}");
  };
  const auto total = answer(200, R"({"resourceType":"Bundle","total":3})");
  run({begun(), list("a", "b"), lines(0, 2)});  // and the power fails
  ASSERT_EQ(files_.size(), 1U);
  BulkOptions options;
  options.resume = *read_bulk_state(state_, "f");
  auto report = run({list("b", "a"), lines(2, 3), total, answer(202, "")}, options);
  ASSERT_FALSE(report.error) << report.error->what;
  EXPECT_EQ(urls_[1], "GET https://fhir.test/f/b");
  EXPECT_EQ(files_["Patient.1.ndjson"], lines(0, 2).body);
  EXPECT_EQ(files_["Patient.2.ndjson"], lines(2, 3).body);
  EXPECT_FALSE(report.unproven);  // what came before is counted
  // A URL that is signed anew is the same file, unless it is the query that names files.
  files_.erase("Patient.2.ndjson");
  report = run({list("b?sig=2", "a?sig=3"), lines(2, 3), total, answer(202, "")}, options);
  ASSERT_FALSE(report.error) << report.error->what;
  EXPECT_EQ(urls_[1], "GET https://fhir.test/f/b?sig=2");
  EXPECT_TRUE(report.notes.empty());
  files_.erase("Patient.2.ndjson");
  report =
      run({list("a?id=2", "a?id=1"), lines(2, 3), lines(0, 2), total, answer(202, "")}, options);
  ASSERT_FALSE(report.error) << report.error->what;
  EXPECT_EQ(files_["Patient.1.ndjson"], lines(2, 3).body);
  // What the manifest does not name cannot be told apart: all is fetched again.
  files_.erase("Patient.2.ndjson");
  report = run({list("b", "c"), lines(2, 3), lines(0, 2), total, answer(202, "")}, options);
  ASSERT_FALSE(report.error) << report.error->what;
  EXPECT_EQ(files_["Patient.1.ndjson"], lines(2, 3).body);
  EXPECT_EQ(files_["Patient.2.ndjson"], lines(0, 2).body);
  EXPECT_EQ(files_.size(), 2U);
  EXPECT_EQ(report.notes.size(), 1U);
}

TEST(Manifest, WhatLeavesOpenWhatThereIsIsAnError) {
  const auto read = [](const std::string& text) {
    return read_manifest("{" + text + "}", "https://fhir.test/r4/job", {});
  };
  const std::string file = R"({"type":"Patient","url":"f"})";
  EXPECT_TRUE(read(R"("output":[)" + file + "]"));
  EXPECT_TRUE(read(R"("output":[],"deleted":null,"error":[])"));
  const std::vector<std::string> wrong{
      R"("output":)" + file,
      R"("output":[],"deleted":{})",
      R"("output":[],"error":"none")",
      R"("output":[{"type":"Patient","url":"f","count":-1}])",
      R"("output":[)" + file + R"(,{"type":"Condition","url":"f"}])",
      R"("output":[)" + file + R"(],"deleted":[)" + file + "]",
      R"("output":[],"link":[{"relation":"next"}])",
      R"("output":[],"link":[{"relation":"next","url":"a"},{"relation":"next","url":"b"}])"};
  for (const auto& text : wrong) EXPECT_FALSE(read(text)) << text;
}

TEST(LineCheckTest, InformationAboutAnExportIsNoComplaint) {
  BulkFile file;
  file.type = "OperationOutcome";
  file.section = BulkSection::error;
  LineCheck check(file, {}, {});
  for (const auto* severity : {"information", "warning", "error"})
    ASSERT_TRUE(check.take(R"({"resourceType":"OperationOutcome","issue":[{"severity":")" +
                           std::string(severity) + "\"}]}\n"));
  EXPECT_EQ(check.end().value(), 3U);
  EXPECT_EQ(check.complaints(), 2U);
}

TEST_F(BulkTest, AnExportOfNothingProvesNothing) {
  const auto empty = answer(200, R"({"transactionTime":"2026-01-01T00:00:00Z","output":[]})");
  EXPECT_TRUE(run({begun(), empty, answer(202, "")}).unproven);
  BulkOptions options;
  options.since = "2026-01-01";  // nothing has changed
  EXPECT_FALSE(run({begun(), empty, answer(202, "")}, options).unproven);
  options.since.clear();
  options.level = "Patient";
  options.types = {"Condition"};
  EXPECT_FALSE(run({begun(), empty, answer(202, "")}, options).unproven);
}

TEST_F(BulkTest, AFileThatIsNamedTwiceIsFetchedOnce) {
  const auto report = run(
      {begun(),
       answer(
           200,
           R"({"output":[{"type":"Patient","url":"f","count":2},{"type":"Patient","url":"f","count":2}]})"),
       lines(0, 2), answer(202, "")});
  ASSERT_FALSE(report.error) << report.error->what;
  EXPECT_EQ(report.resources, 2U);
}

TEST_F(BulkTest, AStateOfAnEarlierVersionIsReadAndItsFilesAreFetchedAgain) {
  const auto state = read_bulk_state(R"({"paraneo":"bulk-state/1","server":"s","what":"w",
    "statusUrl":"https://fhir.test/r4/_status/1","files":["Patient.1.ndjson"]})",
                                     "f");
  ASSERT_TRUE(state);
  BulkOptions options;
  options.resume = *state;
  files_ = {{"Patient.1.ndjson", "of nobody knows which URL"}};
  const auto report = run({manifest(), lines(0, 2), lines(2, 3), answer(202, "")}, options);
  ASSERT_FALSE(report.error) << report.error->what;
  EXPECT_EQ(files_["Patient.1.ndjson"], lines(0, 2).body);
  for (const auto* bad : {"../x.ndjson", "x", ".ndjson"})
    EXPECT_FALSE(read_bulk_state(
        R"({"paraneo":"bulk-state/2","files":[{"url":"u","name":")" + std::string(bad) + "\"}]}",
        "f"))
        << bad;
  EXPECT_FALSE(read_bulk_state(R"({"paraneo":"bulk-state/3"})", "f"));
}

TEST_F(BulkTest, PollsPauseAndEnd) {
  const auto wait = answer(202, "", {{"Retry-After", "0"}});
  std::vector<rest::Response> script{begun()};
  script.resize(40, wait);
  BulkOptions options;
  options.polls_max = 30;
  auto report = run(script, options);
  ASSERT_TRUE(report.error);
  EXPECT_EQ(report.polls, 30U);
  EXPECT_TRUE(report.goes_on);
  for (std::size_t i = 1; i < delays_.size(); ++i) EXPECT_GE(delays_[i], 1000) << i;
  options = {};
  options.wait_ms_max = 20'000;
  report = run(script, options);
  ASSERT_TRUE(report.error);
  EXPECT_EQ(report.polls, 21U);
}

TEST_F(BulkTest, WhatHasNoEndIsStoppedAtOnceAndNotKept) {
  const auto one = answer(200, R"({"output":[{"type":"Patient","url":"f"}]})");
  const auto file = [](const std::string& body) {
    return rest::Response{200, {{"Content-Type", "application/fhir+ndjson"}}, body};
  };
  const std::string resource = "{\"resourceType\":\"Patient\",\"id\":\"p\"}\n";
  std::string many;
  for (int i = 0; i < 1000; ++i) many += resource;
  BulkOptions options;
  options.file_limits = {500, 2000, 100};
  const std::pair<std::string, const char*> cases[] = {
      {resource + std::string(100'000, 'x'), "line 2 has more than 500 bytes"},
      {resource + std::string(100'000, '\n'), "more than 100 bytes of empty lines"},
      {many, "more than 2000 bytes"}};
  for (const auto& [body, what] : cases) {
    const auto report = run({begun(), one, file(body), file(body)}, options);
    ASSERT_TRUE(report.error) << what;
    EXPECT_NE(report.error->what.find(what), std::string::npos) << report.error->what;
    EXPECT_LT(poured_, 3000U);
    EXPECT_EQ(urls_.size(), 3U);  // not tried again
    EXPECT_FALSE(report.goes_on);
    EXPECT_TRUE(files_.empty());
  }
  // A line that is no resource ends the file, not the disk.
  const auto report = run({begun(), one, file("x\n" + many)});
  EXPECT_LT(poured_, 20U);
  EXPECT_EQ(report.retried, 1U);
}

TEST_F(BulkTest, AFileOnAnotherHostComesWithoutTheTokenWhereNoneIsNeeded) {
  const auto list = [](const std::string& needs, const std::string& url) {
    return answer(200, R"({"transactionTime":"2026-01-01T00:00:00Z",)" + needs +
                           R"("output":[{"type":"Patient","count":2,"url":")" + url +
                           R"("},{"type":"Patient","count":1,"url":"https://fhir.test/f"}]})");
  };
  const auto none = std::string(R"("requiresAccessToken":false,)");
  auto report = run({begun(), list(none, "https://store.test/f?X-Amz-Signature=1"), lines(0, 2),
                     lines(2, 3), answer(202, "")});
  ASSERT_FALSE(report.error) << report.error->what;
  EXPECT_EQ(urls_[2], "GET https://store.test/f?X-Amz-Signature=1");
  EXPECT_EQ(anonymous_, (std::vector<bool>{false, false, true, false, false}));
  for (const auto& [needs, url] :
       {std::pair(none, "http://store.test/f"), std::pair(none, "http://fhir.test/f"),
        std::pair(none, "ftp://store.test/f"), std::pair(none, "https://a%0d%0ab/f"),
        std::pair(std::string(R"("requiresAccessToken":true,)"), "https://store.test/f"),
        std::pair(std::string(), "https://store.test/f")}) {
    files_.clear();
    report = run({begun(), list(needs, url), lines(0, 2)});
    ASSERT_TRUE(report.error) << url;
    EXPECT_EQ(report.error->fault, Fault::server) << url;
    EXPECT_FALSE(report.goes_on) << url;  // will never work
    EXPECT_EQ(urls_.size(), 2U) << url;
  }
}

TEST_F(BulkTest, AnAddressThatNoRequestCanCarryIsTheServersFault) {
  const auto report =
      run({answer(202, "", {{"Content-Location", "https://fhir.test/r4/s\r\nX-Injected: yes"}})});
  ASSERT_TRUE(report.error);
  EXPECT_NE(report.error->what.find("[http-response-syntax]"), std::string::npos)
      << report.error->what;
  EXPECT_TRUE(
      run({begun(), answer(200, R"({"output":[{"type":"Patient","url":"f\r\nHost: x"}]})")}).error);
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
  const rest::Response errors{200,
                              {{"Content-Type", "application/fhir+ndjson"}},
                              rest::FakeServer::outcome("exception") + "\n"};
  const auto report = run({begun(), manifest("2", R"({"type":"OperationOutcome","url":"e"})"),
                           lines(0, 2), lines(2, 3), errors, answer(202, "")});
  ASSERT_FALSE(report.error) << report.error->what;
  EXPECT_TRUE(report.unproven);
  EXPECT_EQ(report.resources, 3U);
}

TEST_F(BulkTest, NoTokenGoesToAnotherServer) {
  EXPECT_TRUE(run({answer(202, "", {{"Content-Location", "https://evil.test/s"}})}).error);
  EXPECT_TRUE(
      run({begun(), answer(200, R"({"output":[{"type":"Patient","url":"https://evil.test/f"}]})")})
          .error);
  EXPECT_TRUE(run({answer(400, rest::FakeServer::outcome("not-supported"))}).error);
}

}  // namespace
}  // namespace paraneo::fetch
