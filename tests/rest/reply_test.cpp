#include "rest/reply.h"

#include <gtest/gtest.h>

#include "fake_server.h"
#include "rest/compare.h"
#include "rest/retry.h"
#include "rest/url.h"

namespace paraneo::rest {
namespace {

Reply reply_of(int status, std::string body, std::string type = "application/fhir+json",
               std::string retry = {}) {
  return classify({status,
                   {{"content-type", std::move(type)}, {"Retry-After", std::move(retry)}},
                   std::move(body)},
                  1'792'000'000'000);
}

TEST(Reply, VerdictsByStatus) {
  EXPECT_EQ(reply_of(200, "{}").verdict, Verdict::done);
  EXPECT_EQ(reply_of(204, "", "").verdict, Verdict::done);
  EXPECT_EQ(reply_of(401, "{}").verdict, Verdict::denied);
  EXPECT_EQ(reply_of(404, "{}").verdict, Verdict::missing);
  EXPECT_EQ(reply_of(410, "{}").verdict, Verdict::gone);
  EXPECT_EQ(reply_of(409, "{}").verdict, Verdict::conflict);
  EXPECT_EQ(reply_of(412, "{}").verdict, Verdict::conflict);
  EXPECT_EQ(reply_of(422, "{}").verdict, Verdict::refused);
  EXPECT_EQ(reply_of(429, "{}").verdict, Verdict::busy);
  EXPECT_EQ(reply_of(500, "{}").verdict, Verdict::broken);
  EXPECT_EQ(reply_of(302, "").verdict, Verdict::strange);
  EXPECT_EQ(reply_of(200, "<html>", "text/html").verdict, Verdict::strange);
}

TEST(Reply, SaysWhatTheOutcomeSaysWithoutTheValues) {
  const auto reply =
      reply_of(422, R"({"resourceType":"OperationOutcome","issue":[{"severity":"error",
    "code":"value","diagnostics":"the patient's name \"Smith\" is\n'wrong'","expression":["Patient.name"]}]})");
  const auto error = to_error(reply, Method::put, "https://x/Patient?name=Smith");
  EXPECT_EQ(error.what, "the server answers 422 to PUT: value at Patient.name");
  EXPECT_EQ(error.where, "https://x/Patient?...");
  EXPECT_EQ(
      to_error(reply, Method::put, "u", ServerWords::optional).what,
      "the server answers 422 to PUT: value at Patient.name (--show-source shows the server's own words)");
  EXPECT_EQ(
      to_error(reply, Method::put, "u", ServerWords::shown).what,
      "the server answers 422 to PUT: value at Patient.name: the patient's name \"Smith\" is 'wrong'");
}

TEST(Reply, NoPartOfAnOutcomeTellsOfAPatient) {
  for (const auto* part :
       {R"("code":"invalid","diagnostics":"bad for Mrs Smith born 1950")",
        R"("code":"invalid","details":{"text":"bad for Mrs Smith"})",
        R"("code":"invalid","details":{"coding":[{"display":"Smith"}]})",
        R"x("code":"invalid","expression":["Patient.name.where(family = 'Smith')"])x",
        R"("code":"invalid","location":["Patient[name=\"Smith\"]"])", R"("code":"Smith is bad")"}) {
    const auto reply = reply_of(
        400, std::string(R"({"resourceType":"OperationOutcome","issue":[{)") + part + "}]}");
    EXPECT_EQ(to_error(reply, Method::post, "u").what.find("Smith"), std::string::npos) << part;
  }
  const auto page = reply_of(500, "<html><title>Smith, 1950</title></html>", "text/html");
  EXPECT_EQ(to_error(page, Method::post, "u").what.find("Smith"), std::string::npos);
  const auto moved = classify({302, {{"Location", "https://h/x?name=Smith"}}, ""}, 0);
  EXPECT_EQ(to_error(moved, Method::get, "u").advice.find("Smith"), std::string::npos);
}

TEST(Reply, AQuestionThatIsRefusedIsNoFindingInTheData) {
  for (const int status : {400, 405, 414, 422, 409}) {
    const auto error = to_error(reply_of(status, "{}"), Method::get, "u");
    EXPECT_EQ(error.fault, Fault::server) << status;
    EXPECT_EQ(error.advice.find("push"), std::string::npos) << error.advice;
  }
  EXPECT_EQ(to_error(reply_of(400, "{}"), Method::put, "u").fault, Fault::data);
  EXPECT_EQ(to_error(reply_of(405, "{}"), Method::put, "u").fault, Fault::server);  // a wrong path
}

TEST(Reply, EachAnswerHasItsCode) {
  const std::pair<int, ErrorCode> codes[] = {
      {401, ErrorCode::login_refused},   {403, ErrorCode::login_refused},
      {404, ErrorCode::not_found},       {410, ErrorCode::not_found},
      {409, ErrorCode::server_busy},     {429, ErrorCode::server_busy},
      {503, ErrorCode::server_busy},     {400, ErrorCode::request_refused},
      {405, ErrorCode::request_refused}, {500, ErrorCode::server_failed},
      {302, ErrorCode::answer_malformed}};
  for (const auto& [status, code] : codes)
    EXPECT_EQ(info(to_error(reply_of(status, "{}"), Method::get, "u").code).name, info(code).name)
        << status;
  EXPECT_EQ(to_error(reply_of(412, "{}"), Method::put, "u").code, ErrorCode::version_conflict);
  EXPECT_EQ(to_error(reply_of(422, "{}"), Method::put, "u").code, ErrorCode::entry_refused);
}

TEST(Reply, NginxWithoutClientCertificateSaysWhatToDo) {
  const auto reply = reply_of(400,
                              "<html><head><title>400 No required SSL certificate was sent"
                              "</title></head></html>",
                              "text/html");
  EXPECT_EQ(reply.verdict, Verdict::denied);
  EXPECT_NE(to_error(reply, Method::get, "u").advice.find("--client-cert"), std::string::npos);
}

TEST(Reply, AByteOrderMarkIsNoPartOfTheBody) {
  Response response;
  response.status = 200;
  response.headers = {{"Content-Type", "application/fhir+json"}};
  response.body = "\xef\xbb\xbf{}";
  EXPECT_EQ(classify(std::move(response), 0).body, "{}");
}

TEST(Reply, ARedirectSaysWhereTheBaseIsNow) {
  Response response;
  response.status = 301;
  response.headers = {{"Location", "https://new.test/r5/Patient/a?x=1"}};
  const auto error =
      to_error(classify(std::move(response), 0), Method::get, "https://h.test/r4/Patient/a?x=1");
  EXPECT_NE(error.advice.find("use https://new.test/r5 as"), std::string::npos) << error.advice;
}

TEST(Reply, RetryAfterInSecondsOrAsDate) {
  EXPECT_EQ(reply_of(429, "", "", "7").retry_after_ms, 7000);
  EXPECT_EQ(reply_of(429, "", "", "Wed, 14 Oct 2026 17:46:50 GMT").retry_after_ms, 10'000);
  EXPECT_EQ(reply_of(429, "", "", "soon").retry_after_ms, std::nullopt);
}

TEST(Retry, IsBoundedAndNeverRepeatsWhatIsNotIdempotent) {
  FixedRandom random;
  const RetryPolicy policy;
  Request request;
  const auto busy = reply_of(503, "");
  EXPECT_TRUE(retry_after(policy, 1, request, busy, random));
  EXPECT_FALSE(retry_after(policy, policy.attempts_max, request, busy, random));
  EXPECT_FALSE(retry_after(policy, 1, request, reply_of(429, "", "", "9999"), random));
  EXPECT_FALSE(retry_after(policy, 1, request, reply_of(422, ""), random));
  const auto lost = fail(ErrorCode::connection_lost, "lost");
  EXPECT_TRUE(retry_after(policy, 1, request, lost, random));
  EXPECT_FALSE(
      retry_after(policy, 1, request, fail(ErrorCode::tls_refused, "certificate"), random));
  request.idempotent = false;
  EXPECT_FALSE(retry_after(policy, 1, request, lost, random));
  EXPECT_FALSE(retry_after(policy, 1, request, reply_of(504, ""), random));
  EXPECT_TRUE(retry_after(policy, 1, request, busy, random));
  for (unsigned i = 1; i < 80; ++i) EXPECT_LE(backoff_ms(policy, i, random), policy.delay_ms_max);
}

TEST(Url, BasesAndOrigins) {
  EXPECT_EQ(*server_base("https://h.test/fhir//"), "https://h.test/fhir");
  for (const auto* bad : {"h.test/fhir", "ftp://h/x", "https://", "https://u:p@h/",
                          "https://h/?a=b", "https://h/#x", "https://h:99999/", "https://h/ x"})
    EXPECT_FALSE(server_base(bad)) << bad;
  EXPECT_EQ(split_url("https://H.test:443/a?b")->origin, split_url("https://h.test/c")->origin);
  EXPECT_EQ(split_url("https://[::1]:8/")->origin.host, "::1");
  EXPECT_EQ(split_url("https://h.test?_getpages=1")->target, "/?_getpages=1");
  EXPECT_EQ(*follow("https://h/fhir/Patient?x", "Patient?page=2"), "https://h/fhir/Patient?page=2");
  EXPECT_EQ(follow("https://h/fhir", "//evil/fhir").error().code, ErrorCode::link_elsewhere);
  EXPECT_EQ(query_value("a b|c&d"), "a%20b%7Cc%26d");
}

bool same(std::string ours, std::string theirs) {
  const Source a{"a", std::move(ours)};
  const Source b{"b", std::move(theirs)};
  Arena arena;
  diag::Sink sink;
  return same_content(*json::read(a, arena, {}, sink), *json::read(b, arena, {}, sink),
                      "https://h/fhir");
}

TEST(Compare, IgnoresWhatServersAdd) {
  EXPECT_TRUE(same(
      R"({"a":1.0,"b":[{"c":"x"}]})",
      R"({"b":[{"c":"x"}],"meta":{"versionId":"3","lastUpdated":"t","source":"#x"},"text":{"status":"generated"},"a":1.0})"));
  EXPECT_TRUE(same(R"({"r":{"reference":"Patient/1"}})",
                   R"({"r":{"reference":"https://h/fhir/Patient/1"}})"));
  EXPECT_TRUE(same(R"({"meta":{"profile":["a","b"],"source":"s"}})",
                   R"({"meta":{"profile":["b","a"],"source":"s#1","tag":[{"code":"x"}]}})"));
}

TEST(Compare, SeesEveryChange) {
  EXPECT_FALSE(same(R"({"a":26.0})", R"({"a":26})"));
  EXPECT_FALSE(same(R"({"a":"26"})", R"({"a":26})"));
  EXPECT_FALSE(same(R"({"a":1})", R"({"a":1,"b":2})"));
  EXPECT_FALSE(same(R"({"a":1,"b":2})", R"({"a":1})"));
  EXPECT_FALSE(same(R"({"a":[1,2]})", R"({"a":[2,1]})"));
  EXPECT_FALSE(same(R"({"meta":{"profile":["a"]}})", R"({"meta":{"profile":["a","b"]}})"));
  EXPECT_FALSE(same(R"({"meta":{"tag":[{"code":"a"}]}})", R"({"meta":{}})"));
}

}  // namespace
}  // namespace paraneo::rest
