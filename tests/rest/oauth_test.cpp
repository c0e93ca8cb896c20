#include "rest/oauth.h"

#include <gtest/gtest.h>

#include "base/base64.h"
#include "fake_server.h"
#include "rest/http_date.h"

namespace paraneo::rest {
namespace {

constexpr std::string_view kUrl = "https://login.test/token";

Response json(int status, std::string body) {
  return {status, {{"Content-Type", "application/json"}}, std::move(body)};
}
Result<Token> read(int status, const std::string& body, bool scope_needed = false) {
  return read_token(json(status, body), std::string(kUrl), 1'000'000, scope_needed);
}

TEST(Base64, KnownValuesAndBack) {
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64url("\xfb\xff\xfe"), "-__-");
  EXPECT_EQ(base64url("fo"), "Zm8");
  EXPECT_EQ(from_base64url("-__-"), "\xfb\xff\xfe");
  EXPECT_EQ(from_base64url("Zm8"), "fo");
  EXPECT_FALSE(from_base64url("Zm8="));
  EXPECT_FALSE(from_base64url("Zm8aa"));
}

TEST(OAuth, TheAssertionSaysWhoWhereAndUntilWhen) {
  FixedRandom random;
  const auto text =
      assertion_text({"ES384", "k\"1", "adapter", std::string(kUrl), 1'700'000'000'999}, random);
  const auto dot = text.find('.');
  EXPECT_EQ(from_base64url(text.substr(0, dot)), R"({"alg":"ES384","kid":"k\"1","typ":"JWT"})");
  EXPECT_EQ(from_base64url(text.substr(dot + 1)),
            R"({"iss":"adapter","sub":"adapter","aud":"https://login.test/token",)"
            R"("jti":"70000000000000007000000000000000","iat":1699999995,"exp":1700000235})");
}

TEST(OAuth, ASecretGoesFormEncodedIntoTheHeader) {
  const auto request = secret_request(std::string(kUrl), "a b", "id:1", "p&s");
  EXPECT_EQ(request.body, "grant_type=client_credentials&scope=a%20b");
  EXPECT_EQ(request.headers.back().value, "Basic " + base64("id%3A1:p%26s"));
  EXPECT_EQ(request.body.find("p&s"), std::string::npos);
}

TEST(OAuth, ATokenIsRenewedBeforeItExpires) {
  const auto token = read(200, R"({"access_token":"t","token_type":"bearer","expires_in":3600})");
  ASSERT_TRUE(token);
  EXPECT_EQ(token->value, "t");
  EXPECT_EQ(token->expires_ms, 1'000'000 + 3'600'000);
  EXPECT_EQ(token->renew_ms, token->expires_ms - 60'000);
  const auto brief = read(200, R"({"access_token":"t","expires_in":"8"})");
  EXPECT_EQ(brief->renew_ms, 1'006'000);
}

TEST(OAuth, ATokenThatMayDoNothingIsRefused) {
  EXPECT_FALSE(read(200, R"({"access_token":"t","expires_in":300})", true));
  EXPECT_FALSE(read(200, R"({"access_token":"t","scope":"openid"})", true));
  EXPECT_TRUE(read(200, R"({"access_token":"t","scope":"openid system/*.rs"})", true));
}

TEST(OAuth, DoubtfulAnswersAreErrorsOfTheRightKind) {
  for (const auto* body :
       {"", "<html>", "{}", R"({"access_token":""})", R"({"access_token":"a\r\nX: y"})",
        R"({"access_token":"t","token_type":"mac"})"})
    EXPECT_EQ(read(200, body).error().code, ErrorCode::token_unusable) << body;
  EXPECT_EQ(read(503, "").error().fault, Fault::network);
  const auto refused =
      read(401, R"({"error":"invalid_client","error_description":"bad 'kid'"})").error();
  EXPECT_EQ(refused.code, ErrorCode::login_refused);
  EXPECT_NE(refused.what.find("invalid_client"), std::string::npos);
  EXPECT_NE(refused.advice.find("clock"), std::string::npos);
}

TEST(OAuth, TheTokenEndpointIsDiscovered) {
  EXPECT_EQ(smart_configuration_url("https://h/r4"),
            "https://h/r4/.well-known/smart-configuration");
  EXPECT_EQ(*read_token_url(json(200, R"({"token_endpoint":"https://login.test/t"})"), "u"),
            "https://login.test/t");
  EXPECT_FALSE(read_token_url(json(200, R"({"token_endpoint":"file:///etc/passwd"})"), "u"));
  EXPECT_FALSE(read_token_url(json(404, ""), "u"));
}

TEST(OAuth, TheServersClockIsKnownByItsDate) {
  Response response = json(200, "");
  EXPECT_EQ(clock_skew_ms(response, 5), 0);
  response.headers.push_back({"Date", "Thu, 01 Jan 1970 00:02:00 GMT"});
  EXPECT_EQ(clock_skew_ms(response, 20'000), 100'000);
  EXPECT_FALSE(read_http_date("Thu, 32 Jan 1970 00:02:00 GMT"));
}

}  // namespace
}  // namespace paraneo::rest
