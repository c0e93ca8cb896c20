#include "rest/request_head.h"

#include <gtest/gtest.h>

#include "fake_server.h"
#include "rest/oauth.h"
#include "rest/url.h"

namespace paraneo::rest {
namespace {

const std::string kSplit = "x\r\nX-Injected: yes";

Result<std::string> head_with(const std::string& value) {
  return request_head({"GET", "/fhir", "h:443", std::nullopt}, {{"X-Tenant", value}});
}

TEST(RequestHead, IsOneRequest) {
  const auto head = request_head({"PUT", "/fhir/Patient/1?a=b", "h:443", 2},
                                 {{"Accept", "a"}, {"If-Match", "W/\"3\""}, {"accept", "b"}});
  ASSERT_TRUE(head) << head.error().what;
  EXPECT_EQ(
      *head,
      "PUT /fhir/Patient/1?a=b HTTP/1.1\r\nHost: h:443\r\nAccept: b\r\nIf-Match: W/\"3\"\r\nContent-Length: 2\r\n\r\n");
}

TEST(RequestHead, WhatHttpDoesNotAllowIsRefusedWhereverItStands) {
  for (int c = 0; c < 256; ++c) {
    const auto value = std::string("a") + static_cast<char>(c) + "b";
    const bool control = (c < 0x20 && c != '\t') || c == 0x7f;
    EXPECT_EQ(head_with(value).has_value(), !control) << c;
  }
  for (const auto& value : {kSplit, std::string(" a"), std::string("a "), std::string("a\t")}) {
    const auto refused = head_with(value);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().what.find("[http-request-syntax]"), std::string::npos);
    EXPECT_EQ(refused.error().code, ErrorCode::request_invalid);
  }
  EXPECT_EQ(head_with("secret\n").error().what.find("secret"), std::string::npos);
  for (const std::string name : {"", "a b", "a:", "a\r\nb", "\xc3\xa4", "Content-Length",
                                 "transfer-encoding", "Connection", "Expect"})
    EXPECT_FALSE(request_head({"GET", "/", "h", std::nullopt}, {{name, "1"}})) << name;
  for (const std::string target :
       {"", "x", "/a b", "/a\r\nb", "/a#b", "/%zz", "/%4", "/\"", "/\xc3\xa4", "/|"})
    EXPECT_FALSE(request_head({"GET", target, "h", std::nullopt}, {})) << target;
  for (const std::string authority : {"", "h\r\nX: y", "h:x", "h:", "a b", "u@h", "[::1", "[::1]x"})
    EXPECT_FALSE(request_head({"GET", "/", authority, std::nullopt}, {})) << authority;
  EXPECT_FALSE(request_head({"GET /x", "/", "h", std::nullopt}, {}));
  EXPECT_TRUE(request_head({"CONNECT", "h:443", "h:443", std::nullopt}, {}));
  EXPECT_TRUE(request_head({"GET", "/", "[::1]:443", std::nullopt}, {}));
}

TEST(Url, AHostThatIsEncodedIsNoWayIntoAHeader) {
  for (const auto* url :
       {"https://a%0d%0aX-Injected:%20yes/", "https://a%20b/", "https://a%00/", "https://a%2fb/"})
    EXPECT_FALSE(split_url(url)) << url;
  // A SMART configuration is what the server says; through a proxy its host goes into CONNECT.
  EXPECT_FALSE(read_token_url(
      {200, {}, R"({"token_endpoint":"https://a%0d%0aProxy-Authorization:x/token"})"}, "u"));
  for (const auto* url :
       {"https://h", "https://h.example.org:8443/x", "https://[::1]:1/", "https://127.0.0.1/"})
    EXPECT_TRUE(split_url(url)) << url;
}

TEST(Url, CriteriaAsPeopleWriteThemBecomeQueries) {
  EXPECT_EQ(encoded_query("identifier=http://h/mrn|12 3&x=%7C#y"),
            "identifier=http://h/mrn%7C12%203&x=%7C%23y");
  EXPECT_EQ(encoded_query("name=\xc3\xa4"), "name=%C3%A4");
  for (const auto& bad :
       std::vector<std::string>{"a\r\nb", "a\tb", "a\x7f", "a%", "a%4", "a%zz", {"a\0b", 3}})
    EXPECT_FALSE(encoded_query(bad)) << bad;
}

TEST(Reply, AHeaderThatBecomesARequestIsChecked) {
  for (const auto* name : {"ETag", "Location", "Content-Location"}) {
    const auto reply =
        classify({200, {{"Content-Type", "application/fhir+json"}, {name, kSplit}}, "{}"}, 0);
    EXPECT_EQ(reply.verdict, Verdict::strange) << name;
    EXPECT_TRUE(reply.etag.empty() && reply.location.empty() && reply.content_location.empty());
    const auto error = to_error(reply, Method::get, "u");
    EXPECT_EQ(error.code, ErrorCode::answer_malformed);
    EXPECT_NE(
        error.what.find(std::string(name) + " that HTTP does not allow [http-response-syntax]"),
        std::string::npos)
        << error.what;
  }
}

}  // namespace
}  // namespace paraneo::rest
