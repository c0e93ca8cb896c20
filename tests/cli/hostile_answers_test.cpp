// What a server may answer, and what push, pull and probe then say and end with.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <mutex>
#include <optional>

#include "net/server.h"
#include "program.h"

namespace paraneo::cli {
namespace {

class HostileAnswers : public testing::Test {
 protected:
  HostileAnswers() : program_(testing::UnitTest::GetInstance()->current_test_info()->name()) {
    net::ServerOptions options;
    options.tls = false;
    server_.emplace(*net::Server::start(options, [this](const net::ServerRequest& request) {
      const std::scoped_lock lock(mutex_);
      requests_.push_back(request);
      return answer_(request);
    }));
    base_ = "http://127.0.0.1:" + std::to_string(server_->port()) + "/fhir";
  }
  static rest::Response json(int status, std::string body, std::vector<rest::Header> more = {}) {
    more.push_back({"Content-Type", "application/fhir+json"});
    return {status, std::move(more), std::move(body)};
  }
  static rest::Response outcome(int status) {
    return json(
        status,
        R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"invalid",)"
        R"("diagnostics":"bad for Mrs Smith born 1950"}]})");
  }
  Ended run(std::vector<std::string> arguments) {
    requests_.clear();
    arguments.insert(arguments.end(), {"--server", base_});
    return program_.run(arguments);
  }
  // A bulk export whose manifest says what `manifest` says.
  rest::Response export_of(const net::ServerRequest& request, const std::string& manifest,
                           const std::string& file = {}) const {
    if (request.target.find("$export") != std::string::npos)
      return json(202, "", {{"Content-Location", base_ + "/status"}});
    if (request.target.ends_with("/status"))
      return json(200, R"({"transactionTime":"2026-01-01T00:00:00Z",)" + manifest + "}");
    return {200, {{"Content-Type", "application/fhir+ndjson"}}, file};
  }
  static bool has(const Ended& ended, const std::string& words) {
    return ended.err.find(words) != std::string::npos;
  }

  Program program_;
  std::mutex mutex_;
  std::vector<net::ServerRequest> requests_;
  std::function<rest::Response(const net::ServerRequest&)> answer_;
  std::optional<net::Server> server_;
  std::string base_;
};

TEST_F(HostileAnswers, ARefusedQuestionIsTheServersExitCodeWithFittingAdvice) {
  for (const int status : {400, 404, 405, 414, 422}) {
    answer_ = [status](const auto&) { return outcome(status); };
    const auto pulled = run({"pull", "--query", "Patient?x=1"});
    EXPECT_EQ(pulled.code, 3) << status << pulled.err;
    EXPECT_FALSE(has(pulled, "push")) << pulled.err;
    EXPECT_FALSE(has(pulled, "Smith")) << pulled.err;
    EXPECT_EQ(run({"pull", "--bulk", "-o", program_.path("bulk/")}).code, 3) << status;
  }
  const auto shown = run({"pull", "--query", "Patient?x=1", "--show-source"});
  EXPECT_TRUE(has(shown, "bad for Mrs Smith born 1950")) << shown.err;
}

TEST_F(HostileAnswers, AWrongPathIsTheServersExitCode) {
  const auto file = program_.write("p.json", R"({"resourceType":"Patient","id":"p"})");
  for (const int status : {404, 405}) {
    answer_ = [status](const auto&) {
      return rest::Response{status, {{"Content-Type", "text/plain"}}, "no"};
    };
    for (const std::vector<std::string>& verb : {std::vector<std::string>{"probe"},
                                                 {"pull"},
                                                 {"pull", "--patient", "p"},
                                                 {"push", file}}) {
      const auto ended = run(verb);
      EXPECT_EQ(ended.code, 3) << status << verb[0] << ended.err;
      EXPECT_TRUE(has(ended, "base URL")) << ended.err;
    }
  }
}

TEST_F(HostileAnswers, HeadersThatAreTooLongAreNoFindingInTheData) {
  answer_ = [](const auto&) { return json(200, "{}", {8, {"X-Long", std::string(16'000, 'x')}}); };
  const auto ended = run({"pull", "--query", "Patient"});
  EXPECT_EQ(ended.code, 3) << ended.err;
  EXPECT_TRUE(has(ended, "65536 bytes")) << ended.err;
}

TEST_F(HostileAnswers, AManifestThatCannotWorkDoesNotAskToRunAgain) {
  for (const auto* manifest : {R"("output":[{"type":"Patient","url":"https://other.invalid/f"}])",
                               R"("output":[{"type":"../x","url":"f"}])"}) {
    std::filesystem::remove_all(program_.path("export"));
    answer_ = [&](const auto& request) { return export_of(request, manifest); };
    const auto ended = run({"pull", "--bulk", "-o", program_.path("export/")});
    EXPECT_EQ(ended.code, 3) << ended.err;
    EXPECT_FALSE(has(ended, "run the same again")) << ended.err;
  }
}

TEST_F(HostileAnswers, AFloodOfEmptyLinesIsStoppedAndNothingOfItStays) {
  answer_ = [&](const auto& request) {
    return export_of(request, R"("output":[{"type":"Patient","url":"f"}])",
                     std::string(std::size_t{32} << 20, '\n'));  // goes packed
  };
  const auto ended = run({"pull", "--bulk", "-o", program_.path("export/")});
  EXPECT_EQ(ended.code, 3) << ended.err;
  EXPECT_TRUE(has(ended, "bytes of empty lines")) << ended.err;
  for (const auto& each : std::filesystem::directory_iterator(program_.path("export")))
    EXPECT_EQ(each.path().filename(), ".paraneo-export.json");
}

TEST_F(HostileAnswers, ABulkFileThatCameBrokenIsFetchedAgain) {
  int files = 0;
  answer_ = [&](const net::ServerRequest& request) {
    files += request.target == "/fhir/f" ? 1 : 0;
    return export_of(
        request, R"("output":[{"type":"Patient","url":"f","count":1}])",
        files == 1 ? "{\"resourceType\":" : "{\"resourceType\":\"Patient\",\"id\":\"p\"}\n");
  };
  const auto ended = run({"pull", "--bulk", "-o", program_.path("export/")});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(files, 2);
}

TEST_F(HostileAnswers, ABulkFileOnAnotherHostComesWithoutTheToken) {
  const auto elsewhere = "http://localhost:" + std::to_string(server_->port()) + "/store/f";
  answer_ = [&](const auto& request) {
    if (request.target.find("_summary=count") != std::string::npos)
      return json(200, R"({"resourceType":"Bundle","total":1})");
    return export_of(
        request,
        R"("requiresAccessToken":false,"output":[{"type":"Patient","url":")" + elsewhere + "\"}]",
        "{\"resourceType\":\"Patient\",\"id\":\"p\"}\n");
  };
  const auto token = program_.write("token", "secret");
  const auto ended = run({"pull", "--bulk", "-o", program_.path("export/"), "--bearer-token-file",
                          token, "--header", "X-Api-Key: secret"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  int with = 0;
  for (const auto& request : requests_) {
    const bool there = request.target == "/store/f";
    EXPECT_EQ(request.header("Authorization").empty(), there) << request.target;
    EXPECT_EQ(request.header("X-Api-Key").empty(), there) << request.target;
    with += there ? 0 : 1;
  }
  EXPECT_EQ(requests_.size(), static_cast<std::size_t>(with) + 1);
}

TEST_F(HostileAnswers, OneRefusedTransactionIsOneMessage) {
  std::string entries;
  for (int i = 0; i < 88; ++i)
    entries += std::string(i == 0 ? "" : ",") + R"({"resource":{"resourceType":"Patient","id":"p)" +
               std::to_string(i) + R"("},"request":{"method":"PUT","url":"Patient/p)" +
               std::to_string(i) + "\"}}";
  const auto file = program_.write(
      "t.json", R"({"resourceType":"Bundle","type":"transaction","entry":[)" + entries + "]}");
  answer_ = [](const net::ServerRequest& request) {
    return outcome(request.method == "GET" ? 404 : 400);
  };
  const auto ended = run({"push", file});
  EXPECT_EQ(ended.code, 1) << ended.err;
  EXPECT_TRUE(has(ended, "88 resources together")) << ended.err;
  EXPECT_TRUE(has(ended, "failed 88")) << ended.err;
  std::size_t messages = 0;
  for (auto at = ended.err.find(" error: "); at != std::string::npos;
       at = ended.err.find(" error: ", at + 1))
    ++messages;
  EXPECT_EQ(messages, 1U) << ended.err;
}

// The exploit of a partner's bundle: the second request must not be there.
TEST_F(HostileAnswers, ABundleSendsNoRequestOfItsOwn) {
  const auto file =
      program_.write("split.json", R"({"resourceType":"Bundle","type":"batch","entry":[
    {"fullUrl":"urn:uuid:11111111-1111-4111-8111-111111111111","resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient",
     "ifNoneExist":"identifier=1\r\nX-Injected: yes\r\n\r\nDELETE /fhir/Patient/victim HTTP/1.1\r\nHost: h\r\nX-Rest: "}},
    {"fullUrl":"urn:uuid:11111111-1111-4111-8111-111111111112","resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient","ifNoneExist":"identifier=2"}}]})");
  answer_ = [](const net::ServerRequest& request) {
    return request.method == "POST" ? json(201, R"({"resourceType":"Patient","id":"x"})")
                                    : json(200, R"({"resourceType":"Bundle"})");
  };
  const auto ended =
      run({"push", file, "--bearer-token-file", program_.write("token", "SECRETTOKEN")});
  EXPECT_EQ(ended.code, 1) << ended.err;
  EXPECT_TRUE(has(ended, "created 1")) << ended.err;
  EXPECT_TRUE(has(ended, "split.json:2:5")) << ended.err;
  EXPECT_TRUE(has(ended, "[http-request-syntax]")) << ended.err;
  for (const auto& request : requests_) {
    EXPECT_TRUE(request.method == "GET" || request.method == "POST") << request.method;
    EXPECT_TRUE(request.header("X-Injected").empty());
  }
}

TEST_F(HostileAnswers, ACursorInTheFutureIsRefused) {
  answer_ = [](const auto&) { return json(200, R"({"resourceType":"Bundle","total":0})"); };
  const std::vector<std::string> pull{
      "pull", "--query", "Patient", "--since", "auto", "--state", program_.path("state.json")};
  EXPECT_EQ(run(pull).code, 0);
  auto state = program_.read("state.json");
  EXPECT_NE(state.find("\"pull-state/2\""), std::string::npos) << state;
  const auto at = state.find("\"cursor\": \"") + 11;
  program_.write("state.json", state.replace(at, 4, "9999"));
  const auto ended = run(pull);
  EXPECT_EQ(ended.code, 2) << ended.err;
  EXPECT_TRUE(has(ended, "in the future") && has(ended, "remove the file")) << ended.err;
  EXPECT_TRUE(requests_.empty());
}

}  // namespace
}  // namespace paraneo::cli
