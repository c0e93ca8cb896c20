// What a terminology server is sent, and what of its answers is believed.
#include "fetch/code_check.h"

#include <gtest/gtest.h>

#include <functional>

#include "fetch/code_answer.h"
#include "json/read.h"

namespace paraneo::fetch {
namespace {

using terminology::CodeAnswer;
using terminology::CodeQuestion;
using About = CodeQuestion::About;

constexpr const char* kBase = "https://tx.example.org/r4";
constexpr const char* kCapabilities =
    R"({"resourceType":"TerminologyCapabilities","codeSystem":[{"uri":"http://x.example.org/s"}]})";
constexpr const char* kStatement = R"({"resourceType":"CapabilityStatement"})";
constexpr const char* kYes =
    R"({"resourceType":"Parameters","parameter":[{"name":"result","valueBoolean":true},{"name":"display","valueString":"First"}]})";
constexpr const char* kNo =
    R"({"resourceType":"Parameters","parameter":[{"name":"result","valueBoolean":false},{"name":"message","valueString":"no"}]})";

using Server = std::function<Result<rest::Response>(const rest::Request&)>;

rest::Response ok(const std::string& body) {
  return {200, {{"Content-Type", "application/fhir+json"}}, body};
}
rest::Response with(int status) {
  return {status,
          {{"Content-Type", "application/fhir+json"}},
          R"({"resourceType":"OperationOutcome"})"};
}
bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

class CodeCheckTest : public testing::Test {
 protected:
  std::vector<CodeAnswer> ask(const std::vector<CodeQuestion>& questions, const Server& server) {
    CodeCheck machine(kBase, support_, questions, limits_);
    while (auto task = machine.next()) {
      sent_.push_back(std::string(rest::name_of(task->request.method)) + " " +
                      task->request.url.substr(std::string(kBase).size()));
      bodies_.push_back(task->request.body);
      auto response = server(task->request);
      if (!response) machine.finished(task->id, response.error());
      else machine.finished(task->id, rest::classify(std::move(*response), 0));
    }
    EXPECT_TRUE(machine.done());
    error_ = machine.error();
    failures_ = machine.failures();
    return machine.answers();
  }

  const Limits limits_;
  TerminologySupport support_;
  std::vector<std::string> sent_, bodies_;
  std::optional<Error> error_;
  std::size_t failures_ = 0;
};

const CodeQuestion kCode{About::code, "http://x.example.org/s", "a b"};
const CodeQuestion kMember{About::member, "http://x.example.org/s", "a",
                           "http://x.example.org/set|2"};

TEST_F(CodeCheckTest, AsksForOneCodeByGet) {
  const auto server = [](const rest::Request& request) {
    return ok(has(request.url, "metadata") ? kCapabilities : kYes);
  };
  const auto answers = ask({kCode}, server);
  EXPECT_EQ(sent_, (std::vector<std::string>{
                       "GET /metadata?mode=terminology",
                       "GET /CodeSystem/$validate-code?url=http://x.example.org/s&code=a%20b"}));
  EXPECT_EQ(answers[0].holds, true);
  EXPECT_EQ(answers[0].names, std::vector<std::string>{"First"});
  // What the server can do is asked once.
  ask({{About::names, "http://x.example.org/s", "a"}}, server);
  EXPECT_EQ(sent_.size(), 3U);
  EXPECT_EQ(
      sent_[2],
      "GET /CodeSystem/$lookup?system=http://x.example.org/s&code=a&property=display&property=designation");
}

TEST_F(CodeCheckTest, LooksForValueSetsBeforeItAsks) {
  const auto answers = ask({kMember}, [](const rest::Request& request) {
    if (has(request.url, "metadata")) return ok(kCapabilities);
    return has(request.url, "ValueSet?")
               ? ok(R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"ValueSet","url":"http://x.example.org/set"}}]})")
               : ok(kNo);
  });
  EXPECT_EQ(sent_[1],
            "GET /ValueSet?_elements=url&_count=2&url=http://x.example.org/set&version=2");
  EXPECT_EQ(
      sent_[2],
      "GET /ValueSet/$validate-code?url=http://x.example.org/set&valueSetVersion=2&system=http://x.example.org/s&code=a");
  EXPECT_EQ(answers[0].holds, false);
}

// A server without the system says no, or what it likes; and a code of a hospital's own is nobody
// else's business.
TEST_F(CodeCheckTest, SendsNoCodeOfASystemThatTheServerHasNot) {
  const auto answers =
      ask({{About::code, "http://hospital.example/mrn", "12345"}, kMember},
          [](const rest::Request& request) {
            return ok(has(request.url, "metadata")     ? kCapabilities
                      : has(request.url, "?_elements") ? R"({"resourceType":"Bundle"})"
                                                       : kNo);
          });
  for (const auto& url : sent_) EXPECT_FALSE(has(url, "12345")) << url;
  EXPECT_EQ(sent_.size(), 3U);
  EXPECT_EQ(answers[0].holds, std::nullopt);
  EXPECT_EQ(answers[1].holds, std::nullopt);
}

// "none of the concepts", or some: that a code is not among them says nothing.
TEST_F(CodeCheckTest, BelievesANoOnlyOfWholeSystems) {
  for (const auto* content : {"complete", "fragment", "not-present"}) {
    support_ = {};
    std::string answer = kNo;
    const auto server = [&](const rest::Request& request) {
      return ok(
          has(request.url, "metadata") ? kStatement
          : has(request.url, "?_elements")
              ? R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"CodeSystem","url":"http://x.example.org/s","content":")" +
                    std::string(content) + "\"}}]}"
              : answer);
    };
    EXPECT_EQ(ask({kCode}, server)[0].holds,
              content == std::string("complete") ? std::optional(false) : std::nullopt)
        << content;
    answer = kYes;
    EXPECT_EQ(ask({kCode}, server)[0].holds, true) << content;
  }
}

TEST_F(CodeCheckTest, AsksForManyInBatches) {
  std::vector<CodeQuestion> questions;
  for (std::size_t i = 0; i < CodeCheck::kBatchMax + 20; ++i)
    questions.push_back({About::code, "http://x.example.org/s", std::to_string(i)});
  const auto answers = ask(questions, [](const rest::Request& request) {
    if (has(request.url, "metadata")) return ok(kCapabilities);
    std::string entries;
    for (auto at = request.body.find("code="); at != std::string::npos;
         at = request.body.find("code=", at + 1))
      entries +=
          (entries.empty() ? "" : ",") +
          (request.body.substr(at + 5, 2) == "7\""
               ? std::string(R"({"response":{"status":"404"}})")
               : R"({"resource":)" +
                     std::string(request.body.substr(at + 5, 2) == "8\"" ? kNo : kYes) + "}");
    return ok(R"({"resourceType":"Bundle","type":"batch-response","entry":[)" + entries + "]}");
  });
  EXPECT_EQ(sent_, (std::vector<std::string>{"GET /metadata?mode=terminology", "POST ", "POST "}));
  EXPECT_TRUE(has(
      bodies_[1],
      R"({"request":{"method":"GET","url":"CodeSystem/$validate-code?url=http://x.example.org/s&code=0"}})"))
      << bodies_[1];
  EXPECT_EQ(answers[6].holds, true);
  EXPECT_EQ(answers[7].holds, std::nullopt);
  EXPECT_EQ(answers[8].holds, false);
  EXPECT_EQ(answers[CodeCheck::kBatchMax + 19].holds, true);
}

TEST_F(CodeCheckTest, AsksOneByOneWhereNoBatchIsTaken) {
  for (const int status : {400, 404, 500, 200}) {
    support_ = {};
    sent_.clear();
    const auto answers = ask(
        {kCode, {About::code, "http://x.example.org/s", "b"}}, [&](const rest::Request& request) {
          if (has(request.url, "metadata")) return ok(kCapabilities);
          if (request.method == rest::Method::post)
            return status == 200 ? ok(R"({"resourceType":"Bundle","entry":[]})") : with(status);
          return ok(kYes);
        });
    EXPECT_EQ(sent_.size(), 4U);
    EXPECT_EQ(answers[1].holds, true);
    EXPECT_FALSE(support_.takes_batches);
  }
}

TEST_F(CodeCheckTest, CountsWhatABrokenServerDoesNotAnswer) {
  const auto answers = ask({kCode}, [](const rest::Request& request) -> rest::Response {
    return has(request.url, "metadata") ? ok(kCapabilities) : with(500);
  });
  EXPECT_EQ(answers[0].holds, std::nullopt);
  EXPECT_EQ(failures_, 1U);
  EXPECT_FALSE(error_);
  // What it does not know is no failure.
  ask({kCode}, [](const rest::Request&) { return with(404); });
  EXPECT_EQ(failures_, 0U);
}

TEST_F(CodeCheckTest, StopsAtAServerThatIsNone) {
  const std::vector<Server> servers = {
      [](const rest::Request&) -> Result<rest::Response> {
        return fail(ErrorCode::connection_failed, "no connection");
      },
      [](const rest::Request&) -> Result<rest::Response> {
        return fail(ErrorCode::limit_size, "the answer is too large");
      },
      [](const rest::Request&) -> Result<rest::Response> {
        return rest::Response{200, {{"Content-Type", "text/html"}}, "<html>"};
      },
      [](const rest::Request&) -> Result<rest::Response> {
        return rest::Response{302, {{"Location", "https://elsewhere.example.org/"}}, ""};
      },
      [](const rest::Request&) -> Result<rest::Response> { return with(401); },
      [](const rest::Request&) -> Result<rest::Response> { return with(404); },
      [](const rest::Request&) -> Result<rest::Response> { return with(503); },
      [](const rest::Request&) -> Result<rest::Response> {
        return ok(R"({"resourceType":"Patient"})");
      },
      [](const rest::Request&) -> Result<rest::Response> { return ok("{"); },
  };
  for (std::size_t i = 0; i < servers.size(); ++i) {
    support_ = {};
    sent_.clear();
    const auto answers = ask({kCode, kMember}, servers[i]);
    EXPECT_TRUE(error_.has_value()) << i;
    EXPECT_EQ(sent_.size(), 1U) << i;
    ASSERT_EQ(answers.size(), 2U) << i;
    EXPECT_EQ(answers[0].holds, std::nullopt) << i;
  }
}

CodeAnswer read(const std::string& parameters, About about = About::code) {
  const Source source{"x", R"({"resourceType":"Parameters","parameter":[)" + parameters + "]}"};
  Arena arena;
  diag::Sink sink;
  return code_answer({about, "s", "c"}, *json::read(source, arena, Limits{}, sink));
}

TEST(CodeAnswerTest, BelievesANoOnlyAboutTheCode) {
  const std::string no = R"({"name":"result","valueBoolean":false})";
  const auto issue = [](const std::string& code) {
    return R"(,{"name":"issues","resource":{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":")" +
           code + R"("}]}})";
  };
  EXPECT_EQ(read(no).holds, false);
  EXPECT_EQ(read(no + issue("code-invalid")).holds, false);
  EXPECT_EQ(read(no + issue("not-found")).holds, std::nullopt);
  EXPECT_EQ(read(no + issue("too-costly")).holds, std::nullopt);
  EXPECT_EQ(read(no + R"(,{"name":"x-caused-by-unknown-system","valueCanonical":"s"})").holds,
            std::nullopt);
  EXPECT_EQ(read(R"({"name":"result","valueString":"false"})").holds, std::nullopt);
  EXPECT_EQ(read(R"({"name":"result","valueBoolean":"false"})").holds, std::nullopt);
  EXPECT_EQ(read("").holds, std::nullopt);
}

TEST(CodeAnswerTest, TakesDesignationsForNames) {
  const auto names =
      read(
          R"({"name":"display","valueString":"A"},{"name":"designation","part":[{"name":"language","valueCode":"de"},{"name":"value","valueString":"B"}]},{"name":"designation"})",
          About::names)
          .names;
  EXPECT_EQ(names, (std::vector<std::string>{"A", "B"}));
}

}  // namespace
}  // namespace paraneo::fetch
