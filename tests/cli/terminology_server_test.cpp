// --terminology-server: what the program sends, believes and says, against a server of its own.
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>

#include "base/percent.h"
#include "net/server.h"
#include "program.h"

namespace paraneo::cli {
namespace {

constexpr const char* kJson = "application/fhir+json";
constexpr const char* kSystem = "http://x.example.org/s";

rest::Response json(int status, std::string body) {
  return {status, {{"Content-Type", kJson}}, std::move(body)};
}

class TerminologyServerTest : public testing::Test {
 protected:
  TerminologyServerTest()
      : program_(std::string("terminology-") +
                 testing::UnitTest::GetInstance()->current_test_info()->name()) {
    answer_ = [this](const std::string& url) { return says(url); };
    net::ServerOptions options;
    options.tls = false;
    server_.emplace(*net::Server::start(options, [this](const net::ServerRequest& request) {
      const std::scoped_lock lock(mutex_);
      requests_.push_back(request);
      return request.method == "POST"
                 ? batch(request)
                 : answer_(percent_decoded(std::string_view(request.target).substr(4)));
    }));
    base_ = "http://127.0.0.1:" + std::to_string(server_->port()) + "/r4";
  }

  // A server that has one system, with the codes that begin with "a", whose display is "Right".
  rest::Response says(const std::string& url) const {
    if (url.starts_with("metadata"))
      return json(
          200,
          R"({"resourceType":"TerminologyCapabilities","codeSystem":[{"uri":"http://x.example.org/s"}]})");
    if (url.find("?_elements") != std::string::npos)
      return json(200, R"({"resourceType":"Bundle","type":"searchset"})");
    if (url.find(kSystem) == std::string::npos)
      return json(404, R"({"resourceType":"OperationOutcome"})");
    const auto code = url.substr(url.find("code=") + 5);
    if (!code.starts_with("a"))
      return json(
          200,
          R"({"resourceType":"Parameters","parameter":[{"name":"result","valueBoolean":false}]})");
    return json(
        200,
        R"({"resourceType":"Parameters","parameter":[{"name":"result","valueBoolean":true},{"name":"display","valueString":"Right"}]})");
  }
  rest::Response batch(const net::ServerRequest& request) const {
    if (!takes_batches_) return json(501, R"({"resourceType":"OperationOutcome"})");
    std::string entries;
    for (auto at = request.body.find("\"url\":\""); at != std::string::npos;
         at = request.body.find("\"url\":\"", at + 1)) {
      const auto begin = at + 7;
      const auto answer = answer_(percent_decoded(
          std::string_view(request.body).substr(begin, request.body.find('"', begin) - begin)));
      entries += (entries.empty() ? "" : ",") +
                 (answer.status == 200
                      ? R"({"resource":)" + answer.body + R"(,"response":{"status":"200"}})"
                      : R"({"response":{"status":"404"}})");
    }
    return json(200,
                R"({"resourceType":"Bundle","type":"batch-response","entry":[)" + entries + "]}");
  }

  static std::string observation(const std::string& code, const std::string& display = {}) {
    return R"({"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://x.example.org/s","code":")" +
           code + "\"" + (display.empty() ? "" : R"(,"display":")" + display + "\"") +
           R"(}],"text":"of Mrs Smith"},"subject":{"display":"Mrs Smith"}})" + "\n";
  }
  Ended validate(const std::string& text, const std::vector<std::string>& more = {}) {
    requests_.clear();
    std::vector<std::string> all{"validate", program_.write("in.ndjson", text),
                                 "--terminology-server", base_};
    all.insert(all.end(), more.begin(), more.end());
    return program_.run(all);
  }
  static bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }

  Program program_;
  std::mutex mutex_;
  std::vector<net::ServerRequest> requests_;
  std::function<rest::Response(const std::string&)> answer_;
  std::atomic<bool> takes_batches_{true};
  std::optional<net::Server> server_;
  std::string base_;
};

TEST_F(TerminologyServerTest, SaysWhatTheServerSaysOfCodesAndSendsNothingElse) {
  const auto done = validate(observation("a", "right") + observation("b") +
                             observation("a", "Wrong of Mrs Smith"));
  EXPECT_EQ(done.code, 1) << done.err;
  EXPECT_TRUE(has(done.out, "has no such code")) << done.out;
  EXPECT_TRUE(has(done.out, "says the terminology server")) << done.out;
  EXPECT_TRUE(
      has(done.out, "this is not what the code system http://x.example.org/s calls the code"))
      << done.out;
  for (const auto& request : requests_)
    EXPECT_FALSE(has(request.target + request.body, "Smith")) << request.target << request.body;
  EXPECT_EQ(program_.run({"validate", program_.path("in.ndjson")}).code, 0);
}

TEST_F(TerminologyServerTest, GivesTheSameBytesInAnyOrderAndNumberOfThreads) {
  std::vector<std::string> texts;
  for (int i = 0; i < 60; ++i)
    texts.push_back(observation((i % 3 == 0 ? "b" : "a") + std::to_string(i % 17),
                                i % 2 == 0 ? "Right" : "Wrong"));
  std::string forth, back;
  for (const auto& text : texts) forth += text, back.insert(0, text);
  const auto one = validate(forth, {"--format", "text"});
  const auto requests_of_one = requests_.size();
  EXPECT_EQ(validate(forth, {"--format", "text", "--jobs", "4"}).out, one.out);
  takes_batches_ = false;
  EXPECT_EQ(validate(forth, {"--format", "text", "--jobs", "3"}).out, one.out);
  const auto places = [](const std::string& out) {
    return std::count(out.begin(), out.end(), '\n');
  };
  EXPECT_EQ(places(validate(back, {"--format", "text"}).out), places(one.out));
  EXPECT_GT(places(one.out), 20);
  // Each question once, though each code is met several times.
  EXPECT_LE(requests_of_one, 2U * 34 + 1);
}

TEST_F(TerminologyServerTest, NeverJudgesByAServerThatFails) {
  const auto refuses = [&](const std::string& words, const std::vector<std::string>& more = {}) {
    const auto done = validate(observation("b", "Wrong") + observation("a"), more);
    EXPECT_EQ(done.code, 3) << words << done.err;
    EXPECT_TRUE(has(done.err, "[terminology-server]")) << done.err;
    EXPECT_TRUE(has(done.err, words)) << done.err;
    EXPECT_TRUE(has(done.err, "2 inputs: no errors, 0 warnings")) << done.err;
    EXPECT_FALSE(has(done.out, "error\"")) << done.out;
  };
  answer_ = [](const std::string&) {
    return rest::Response{
        200, {{"Content-Type", "text/html"}}, "<html><title>Log in</title></html>"};
  };
  refuses("web page");
  answer_ = [](const std::string&) {
    return rest::Response{302, {{"Location", "http://127.0.0.1:9/elsewhere"}}, ""};
  };
  program_.write("token", "secret\n");
  refuses("302", {"--terminology-token-file", program_.path("token")});
  EXPECT_EQ(requests_.size(), 1U);
  EXPECT_EQ(requests_[0].header("Authorization"), "Bearer secret");
  answer_ = [](const std::string&) { return json(401, R"({"resourceType":"OperationOutcome"})"); };
  refuses("401");
  answer_ = [](const std::string&) { return json(404, ""); };
  refuses("no FHIR server");
  answer_ = [](const std::string&) {
    return json(200, R"({"resourceType":"TerminologyCapabilities","x":")" +
                         std::string(std::size_t{40} << 20, 'a') + "\"}");
  };
  refuses("has more than");
  answer_ = [](const std::string&) {
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    return json(500, "");
  };
  refuses("time", {"--terminology-timeout", "0.2"});
}

TEST_F(TerminologyServerTest, SaysThatAnswersAreMissing) {
  answer_ = [this](const std::string& url) {
    return has(url, "$validate-code") ? json(500, R"({"resourceType":"OperationOutcome"})")
                                      : says(url);
  };
  const auto done = validate(observation("b"));
  EXPECT_EQ(done.code, 3) << done.err;
  EXPECT_TRUE(has(done.err, "does not answer everything")) << done.err;
}

TEST_F(TerminologyServerTest, IsAskedByExpressions) {
  const auto input = program_.write(
      "in.json",
      R"({"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://x.example.org/s","code":"b"},{"system":"http://x.example.org/s","code":"a"}]}})");
  const auto run = [&](const std::string& expression) {
    return program_.run({"fhirpath", expression, input, "--terminology-server", base_});
  };
  const auto valid = run(
      "code.coding.select(%terminologies.validateCS('http://x.example.org/s', $this).parameter.value.ofType(boolean))");
  EXPECT_EQ(valid.code, 0) << valid.err;
  EXPECT_TRUE(has(valid.out, "\"value\":false}\n") && has(valid.out, "\"value\":true}\n"))
      << valid.out;
  const auto looked_up = run("%terminologies.lookup(code.coding[1]).parameter.value");
  EXPECT_TRUE(has(looked_up.out, "\"value\":\"Right\"")) << looked_up.out << looked_up.err;
  const auto named = program_.run(
      {"fhirpath", "%name", "--var",
       "name:=%terminologies.lookup(%factory.Coding('http://x.example.org/s', 'a')).parameter.value",
       "--terminology-server", base_});
  EXPECT_TRUE(has(named.out, "Right")) << named.out << named.err;
  // What it does not know is an error, as without it.
  const auto unknown = run("code.memberOf('http://x.example.org/set')");
  EXPECT_EQ(unknown.code, 1);
  EXPECT_TRUE(has(unknown.err, "not known here")) << unknown.err;
}

TEST_F(TerminologyServerTest, IsAskedByExportAndPushWhenTheyValidate) {
  const auto record = std::string(PARANEO_SOURCE_DIR) + "/tests/records/seed-000.json";
  EXPECT_EQ(program_.run({"export", record, "--terminology-server", base_}).code, 2);
  EXPECT_EQ(program_.run({"push", record, "--server", base_, "--terminology-server", base_}).code,
            2);
  requests_.clear();
  const auto exported =
      program_.run({"export", record, "--validate", "--terminology-server", base_});
  EXPECT_EQ(exported.code, 0) << exported.err;
  EXPECT_FALSE(requests_.empty());
  const auto wrong = program_.write("wrong.ndjson", observation("b").insert(30, R"("id":"x",)"));
  const auto pushed = program_.run({"push", wrong, "--server", "http://127.0.0.1:9", "--validate",
                                    "--terminology-server", base_});
  EXPECT_EQ(pushed.code, 1) << pushed.err;
  EXPECT_TRUE(has(pushed.err, "has no such code")) << pushed.err;
}

TEST_F(TerminologyServerTest, IsAskedByImportAndSyncWhenTheyValidate) {
  const auto input = program_.write(
      "in.ndjson", "{\"resourceType\":\"Patient\",\"id\":\"1\"}\n" +
                       observation("b").replace(observation("b").find(R"({"display":"Mrs Smith"})"),
                                                std::string(R"({"display":"Mrs Smith"})").size(),
                                                R"({"reference":"Patient/1"})"));
  const auto plain = program_.run({"import", input});
  EXPECT_TRUE(has(plain.out, "\"observations\"")) << plain.out << plain.err;
  EXPECT_EQ(program_.run({"import", input, "--terminology-server", base_}).code, 2);
  const auto imported =
      program_.run({"import", input, "--validate", "--terminology-server", base_});
  EXPECT_EQ(imported.code, 1) << imported.err;
  EXPECT_FALSE(has(imported.out, "\"observations\"")) << imported.out;
  EXPECT_TRUE(has(imported.err, "has no such code")) << imported.err;

  const auto record = std::string(PARANEO_SOURCE_DIR) + "/tests/records/seed-000.json";
  EXPECT_EQ(program_.run({"sync", "plan", "--source", record, "--terminology-server", base_}).code,
            2);
  requests_.clear();
  const auto planned = program_.run(
      {"sync", "plan", "--source", record, "--validate", "--terminology-server", base_});
  EXPECT_EQ(planned.code, 0) << planned.err;
  EXPECT_FALSE(requests_.empty());
}

}  // namespace
}  // namespace paraneo::cli
