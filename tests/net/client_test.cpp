#include "net/client.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>

#include "hostile_server.h"
#include "net/server.h"

namespace paraneo::net {
namespace {

using testing_net::Folder;
using testing_net::HostileServer;

rest::Request get(const std::string& base, const std::string& path = "/x") {
  rest::Request request;
  request.url = base + path;
  return request;
}

// A well-behaved server with a certificate for localhost and 127.0.0.1.
class ClientTest : public testing::Test {
 protected:
  void start(ServerOptions options = {}) {
    options.certificate = folder_.good.certificate;
    options.key = folder_.good.key;
    auto server = Server::start(options, [this](const ServerRequest& request) {
      last_ = request;
      ++requests_;
      rest::Response response{200, {{"Content-Type", "application/fhir+json"}}, body_};
      response.headers.insert(response.headers.end(), answer_headers_.begin(),
                              answer_headers_.end());
      return response;
    });
    ASSERT_TRUE(server) << server.error().what;
    server_.emplace(std::move(*server));
    base_ = "https://localhost:" + std::to_string(server_->port());
    options_.certificate_authority = folder_.authority_file;
  }
  Result<rest::Response> send(const std::string& path = "/x") {
    auto client = Client::open(base_, options_);
    if (!client) return client.error();
    return client->send(get(base_, path));
  }
  Folder folder_;
  std::optional<Server> server_;
  std::string base_;
  std::string body_ = "{}";
  std::vector<rest::Header> answer_headers_;
  ClientOptions options_;
  ServerRequest last_;
  std::atomic<int> requests_{0};
};

TEST_F(ClientTest, SpeaksTlsAndKeepsTheConnection) {
  start();
  auto client = Client::open(base_, options_);
  ASSERT_TRUE(client);
  body_ = std::string(100'000, 'a');  // comes packed
  for (int i = 0; i < 5; ++i) {
    const auto response = client->send(get(base_));
    ASSERT_TRUE(response) << response.error().what;
    EXPECT_EQ(response->body, body_);
  }
  EXPECT_EQ(requests_, 5);
  const auto traffic = client->take_traffic();
  EXPECT_EQ(traffic.statuses, (std::map<int, std::uint64_t>{{200, 5}}));
  EXPECT_GT(traffic.bytes_received, 0U);
  EXPECT_LT(traffic.bytes_received, 5 * body_.size() / 10);  // as they travelled
  EXPECT_EQ(client->take_traffic().requests, 0U);
}

TEST_F(ClientTest, ByAddressToo) {
  start();
  base_ = "https://127.0.0.1:" + std::to_string(server_->port());
  EXPECT_TRUE(send());
}

TEST_F(ClientTest, SendsBasicTokenAndFurtherHeaders) {
  start();
  options_.user = "Aladdin";
  options_.password_file = folder_.write("password", "open sesame\n");
  options_.headers = {{"X-Tenant", "a"}};
  ASSERT_TRUE(send());
  EXPECT_EQ(last_.header("Authorization"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  EXPECT_EQ(last_.header("x-tenant"), "a");
  options_.user.clear();
  options_.password_file.clear();
  options_.bearer_token_file = folder_.write("token", "  first \n");
  auto client = Client::open(base_, options_);
  ASSERT_TRUE(client->send(get(base_)));
  EXPECT_EQ(last_.header("Authorization"), "Bearer first");
  folder_.write("token", "second-one");
  ASSERT_TRUE(client->send(get(base_)));
  EXPECT_EQ(last_.header("Authorization"), "Bearer second-one");
}

TEST_F(ClientTest, TheTokenStaysWithItsServer) {
  start();
  auto client = Client::open(base_, options_);
  const auto elsewhere = client->send(get("https://127.0.0.1:1"));
  ASSERT_FALSE(elsewhere);
  EXPECT_EQ(elsewhere.error().fault, Fault::internal);
}

TEST_F(ClientTest, AnAnonymousRequestCarriesNothingThatIsTheServers) {
  start();
  options_.bearer_token_file = folder_.write("token", "secret");
  options_.headers = {{"X-Api-Key", "secret"}};
  const auto own = folder_.issue("adapter", Purpose::client, {}, -1, 1, &folder_.authority);
  options_.client_cert = own.certificate;
  options_.client_key = own.key;
  auto client = Client::open(base_, options_);
  ASSERT_TRUE(client);
  const auto elsewhere = "https://127.0.0.1:" + std::to_string(server_->port());  // another origin
  for (const auto& base : {elsewhere, base_}) {
    auto request = get(base);
    request.anonymous = true;
    const auto response = client->send(request);
    ASSERT_TRUE(response) << response.error().what;
    for (const auto& header : last_.headers)
      EXPECT_EQ(header.value.find("secret"), std::string::npos) << header.name;
  }
  ASSERT_TRUE(client->send(get(base_)));
  EXPECT_EQ(last_.header("Authorization"), "Bearer secret");
  auto plain = get("http://127.0.0.1:1");
  plain.anonymous = true;
  const auto refused = client->send(plain);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().what.find("without TLS"), std::string::npos) << refused.error().what;
}

TEST_F(ClientTest, NothingIsSentOfWhatHttpDoesNotAllow) {
  start();
  auto client = Client::open(base_, options_);
  ASSERT_TRUE(client);
  for (const auto* name : {"If-None-Exist", "If-Match", "Authorization", "Prefer"}) {
    auto request = get(base_);
    request.headers = {
        {name,
         "identifier=1\r\nX-Injected: yes\r\n\r\nDELETE /fhir/Patient/victim HTTP/1.1\r\nHost: h\r\nX-Rest: "}};
    const auto response = client->send(request);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().fault, Fault::data);
    EXPECT_NE(response.error().what.find(name), std::string::npos);
  }
  EXPECT_EQ(requests_, 0);
  ASSERT_TRUE(client->send(get(base_)));
  EXPECT_EQ(requests_, 1);
}

TEST_F(ClientTest, SaysWhoItIs) {
  start();
  ASSERT_TRUE(send());
  EXPECT_EQ(last_.header("User-Agent").substr(0, 8), "paraneo/");
  EXPECT_GT(last_.header("User-Agent").size(), 8U);
  options_.headers = {{"user-agent", "mine"}};
  ASSERT_TRUE(send());
  EXPECT_EQ(last_.header("User-Agent"), "mine");
}

TEST_F(ClientTest, TheServersAnswersAreCheckedToo) {
  start();
  answer_headers_ = {{"ETag", "W/\"1\"\r\nSet-Cookie: x"}};
  const auto response = send();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 500);
  EXPECT_TRUE(response->header("Set-Cookie").empty());
}

TEST_F(ClientTest, RefusesWhatCannotWork) {
  start();
  const auto refused = [&](auto change) {
    auto options = options_;
    change(options);
    const auto client = Client::open(base_, options);
    EXPECT_FALSE(client);
    return client ? Fault::internal : client.error().fault;
  };
  EXPECT_EQ(refused([](auto& o) { o.certificate_authority = "/none"; }), Fault::usage);
  EXPECT_EQ(refused([&](auto& o) { o.certificate_authority = folder_.write("x", "x"); }),
            Fault::usage);
  EXPECT_EQ(refused([&](auto& o) { o.client_cert = folder_.good.certificate; }), Fault::usage);
  EXPECT_EQ(refused([&](auto& o) {
              o.client_cert = folder_.good.certificate;
              o.client_key = folder_.write("other.key", folder_.authority.key_pem);
            }),
            Fault::usage);
  EXPECT_EQ(refused([](auto& o) { o.user = "u"; }), Fault::usage);
  EXPECT_EQ(refused([](auto& o) { o.headers = {{"A", "b\r\nC: d"}}; }), Fault::usage);
  EXPECT_EQ(refused([](auto& o) { o.headers = {{"Content-Length", "5"}}; }), Fault::usage);
  EXPECT_EQ(refused([&](auto& o) { o.bearer_token_file = folder_.write("empty", ""); }),
            Fault::usage);
  EXPECT_FALSE(Client::open("http://example.org/fhir", options_));
  EXPECT_TRUE(Client::open("http://localhost:8080/fhir", options_));
}

TEST_F(ClientTest, ClientCertificates) {
  ServerOptions server;
  server.client_authority = folder_.authority_file;
  start(server);
  auto none = send();
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().fault, Fault::auth);
  EXPECT_NE(none.error().what.find("wants a client certificate"), std::string::npos)
      << none.error().what;
  const auto stranger = folder_.issue("stranger", Purpose::client, {}, -1, 1, nullptr);
  options_.client_cert = stranger.certificate;
  options_.client_key = stranger.key;
  const auto refused = send();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::auth);
  EXPECT_NE(refused.error().what.find("client certificate"), std::string::npos)
      << refused.error().what;
  const auto good = folder_.issue("adapter", Purpose::client, {}, -1, 1, &folder_.authority);
  options_.client_cert = good.certificate;
  options_.client_key = good.key;
  const auto accepted = send();
  EXPECT_TRUE(accepted) << accepted.error().what;
}

struct BadCertificate {
  const char* name;
  std::vector<std::string> hosts;
  int from_days;
  int to_days;
  enum { ours, itself, stranger } issuer;
  const char* says;
};

class BadCertificates : public ClientTest, public testing::WithParamInterface<BadCertificate> {};

TEST_P(BadCertificates, AreRefusedAndNamed) {
  const auto& bad = GetParam();
  const auto other = make_certificate(
      {Purpose::authority, "Other CA", {}, folder_.days(-1), folder_.days(9)}, nullptr);
  const auto* issuer = bad.issuer == BadCertificate::ours     ? &folder_.authority
                       : bad.issuer == BadCertificate::itself ? nullptr
                                                              : &*other;
  folder_.good =
      folder_.issue("bad", Purpose::server, bad.hosts, bad.from_days, bad.to_days, issuer);
  start();
  const auto response = send();
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().fault, Fault::auth);
  EXPECT_NE(response.error().what.find(bad.says), std::string::npos) << response.error().what;
  EXPECT_FALSE(response.error().advice.empty());
  EXPECT_EQ(requests_, 0);
  options_.insecure = true;
  EXPECT_TRUE(send());
}

INSTANTIATE_TEST_SUITE_P(
    All, BadCertificates,
    testing::Values(
        BadCertificate{"expired", {"localhost"}, -9, -2, BadCertificate::ours, "expired on"},
        BadCertificate{"early", {"localhost"}, 2, 9, BadCertificate::ours, "not valid before"},
        BadCertificate{"host",
                       {"other.example"},
                       -1,
                       9,
                       BadCertificate::ours,
                       "is for DNS:other.example, not for localhost"},
        BadCertificate{
            "wildcard", {"*.localhost"}, -1, 9, BadCertificate::ours, "not for localhost"},
        BadCertificate{"self", {"localhost"}, -1, 9, BadCertificate::itself, "self-signed"},
        BadCertificate{"stranger",
                       {"localhost"},
                       -1,
                       9,
                       BadCertificate::stranger,
                       "unknown authority: CN = Other CA"}),
    [](const auto& info) { return info.param.name; });

TEST_F(ClientTest, ASelfSignedCertificateCanBeTrustedByName) {
  folder_.good = folder_.issue("self", Purpose::server, {"localhost"}, -1, 9, nullptr);
  start();
  options_.certificate_authority = folder_.good.certificate;
  const auto response = send();
  EXPECT_TRUE(response) << response.error().what;
}

TEST_F(ClientTest, OldTlsIsRefused) {
  HostileServer old(folder_, HostileServer::Behaviour::old_tls);
  options_.certificate_authority = folder_.authority_file;
  base_ = old.base();
  const auto response = send();
  ASSERT_FALSE(response);
  EXPECT_NE(response.error().what.find("no TLS newer than 1.1"), std::string::npos)
      << response.error().what;
}

struct Hostile {
  const char* name;
  HostileServer::Behaviour behaviour;
  ErrorCode code;
  const char* says;
  std::int64_t ClientOptions::* limit_ms = nullptr;  // the one that must end it; the others are out
                                                     // of its way
};

class HostileServers : public ClientTest, public testing::WithParamInterface<Hostile> {};

TEST_P(HostileServers, EndInAnError) {
  const auto& hostile = GetParam();
  HostileServer server(folder_, hostile.behaviour);
  base_ = server.base();
  options_.certificate_authority = folder_.authority_file;
  options_.connect_ms_max = options_.idle_ms_max = options_.response_ms_max = 60'000;
  if (hostile.limit_ms != nullptr) options_.*hostile.limit_ms = 1000;
  options_.limits.response_bytes_max = std::size_t{4} << 20;
  const auto response = send();
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, hostile.code) << response.error().what;
  EXPECT_NE(response.error().what.find(hostile.says), std::string::npos) << response.error().what;
}

using B = HostileServer::Behaviour;
INSTANTIATE_TEST_SUITE_P(
    All, HostileServers,
    testing::Values(Hostile{"silent", B::silent, ErrorCode::time_out, "nothing came for",
                            &ClientOptions::idle_ms_max},
                    Hostile{"no_handshake", B::no_handshake, ErrorCode::time_out,
                            "no TLS handshake", &ClientOptions::connect_ms_max},
                    Hostile{"plain", B::plain, ErrorCode::tls_refused, "does not speak TLS"},
                    Hostile{"drip", B::drip, ErrorCode::time_out, "took longer than",
                            &ClientOptions::response_ms_max},
                    Hostile{"cut", B::cut, ErrorCode::connection_lost, "closed the connection"},
                    Hostile{"cut_without_length", B::cut_without_length, ErrorCode::connection_lost,
                            "closed the connection"},
                    Hostile{"huge", B::huge, ErrorCode::limit_size, "more than 4194304 bytes"},
                    Hostile{"huge_announced", B::huge_announced, ErrorCode::limit_size,
                            "more than 4194304 bytes"},
                    Hostile{"bomb", B::bomb, ErrorCode::limit_size, "more than 4194304 bytes"},
                    Hostile{"bad_gzip", B::bad_gzip, ErrorCode::connection_lost,
                            "compressed data is damaged"},
                    Hostile{"short_gzip", B::short_gzip, ErrorCode::connection_lost,
                            "compressed data ends too early"},
                    Hostile{"headers", B::headers, ErrorCode::limit_size, "headers have more than"},
                    Hostile{"garbage", B::garbage, ErrorCode::answer_malformed, "not HTTP"}),
    [](const auto& info) { return info.param.name; });

TEST_F(ClientTest, AConnectionThatWasClosedMeanwhileIsReplaced) {
  HostileServer server(folder_, B::hangs_up);
  base_ = server.base();
  options_.certificate_authority = folder_.authority_file;
  auto client = Client::open(base_, options_);
  for (int i = 0; i < 3; ++i) {
    const auto response = client->send(get(base_));
    ASSERT_TRUE(response) << response.error().what;
    EXPECT_EQ(response->body, "{}");
  }
}

TEST_F(ClientTest, AnAnswerThatComesTwiceIsNotTakenForThatToTheNextRequest) {
  HostileServer server(folder_, B::twice);
  base_ = server.base();
  options_.certificate_authority = folder_.authority_file;
  auto client = Client::open(base_, options_);
  EXPECT_EQ(client->send(get(base_))->body, "1");
  EXPECT_EQ(client->send(get(base_))->body, "2");
}

TEST_F(ClientTest, WhatGoesIntoASinkHasNoLimit) {
  struct Sink final : rest::BodySink {
    std::size_t bytes = 0;
    int tries = 0;
    std::optional<Error> error;
    Result<void> begin() override {
      ++tries;
      return {};
    }
    Result<void> take(std::string_view piece) override {
      bytes += piece.size();
      return error ? Result<void>(*error) : Result<void>();
    }
  };
  HostileServer server(folder_, B::bomb);
  base_ = server.base();
  options_.certificate_authority = folder_.authority_file;
  options_.limits.response_bytes_max = std::size_t{4} << 20;
  auto client = Client::open(base_, options_);
  Sink sink;
  auto response = client->send(get(base_), &sink);
  ASSERT_TRUE(response) << response.error().what;
  EXPECT_EQ(response->body, "");
  EXPECT_EQ(sink.bytes, std::size_t{8} << 20);
  EXPECT_EQ(sink.tries, 1);
  client = Client::open(base_, options_);
  sink.error = fail(ErrorCode::file_unreadable, "the disk is full");
  response = client->send(get(base_), &sink);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().what, "the disk is full");
}

TEST_F(ClientTest, NobodyListensIsANetworkFault) {
  base_ = "https://127.0.0.1:1";
  EXPECT_EQ(send().error().code, ErrorCode::connection_failed);
}

TEST_F(ClientTest, ANameThatNobodyHasIsSaid) {
  base_ = "https://nobody.invalid";
  EXPECT_EQ(send().error().code, ErrorCode::host_unknown);
}

TEST_F(ClientTest, GoesThroughAProxy) {
  start();
  HostileServer proxy(folder_, B::proxy);
  options_.proxy = "http://u:p@127.0.0.1:" + std::to_string(proxy.port());
  const auto response = send();
  ASSERT_TRUE(response) << response.error().what;
  EXPECT_EQ(proxy.seen().substr(0, 18), "CONNECT localhost:");
  EXPECT_NE(proxy.seen().find("Basic dTpw"), std::string::npos);
}

TEST_F(ClientTest, TheProxysPasswordComesFromAFile) {
  start();
  HostileServer proxy(folder_, B::proxy);
  options_.proxy = "127.0.0.1:" + std::to_string(proxy.port());
  options_.proxy_user = "u";
  EXPECT_EQ(send().error().fault, Fault::usage);
  options_.proxy_password_file = folder_.write("proxy", "p\n");
  ASSERT_TRUE(send());
  EXPECT_NE(proxy.seen().find("Basic dTpw"), std::string::npos);
  EXPECT_EQ(last_.header("Proxy-Authorization"), "");
}

TEST_F(ClientTest, AProxyThatRefusesIsNamed) {
  start();
  HostileServer proxy(folder_, B::proxy_refuses);
  options_.proxy = "127.0.0.1:" + std::to_string(proxy.port());
  const auto refused = send();
  EXPECT_NE(refused.error().what.find("the proxy answers 407"), std::string::npos);
  EXPECT_EQ(refused.error().code, ErrorCode::login_refused);
  options_.no_proxy = "example.org,localhost";
  EXPECT_TRUE(send());
}

TEST_F(ClientTest, AProxyThatDoesNotAnswerOrSpeaksForTheServerIsNamed) {
  start();
  for (const auto& [behaviour, code] :
       {std::pair(B::proxy_hangs_up, ErrorCode::proxy_failed),
        std::pair(B::proxy_speaks, ErrorCode::connection_intercepted)}) {
    HostileServer proxy(folder_, behaviour);
    options_.proxy = "127.0.0.1:" + std::to_string(proxy.port());
    EXPECT_EQ(send().error().code, code);
  }
}

TEST(Proxy, NoProxyRules) {
  EXPECT_TRUE(bypasses_proxy("a.org, .b.org", "x.b.org", 443));
  EXPECT_TRUE(bypasses_proxy("b.org", "b.org", 443));
  EXPECT_TRUE(bypasses_proxy("B.org:8443", "b.org", 8443));
  EXPECT_FALSE(bypasses_proxy("b.org:8443", "b.org", 443));
  EXPECT_FALSE(bypasses_proxy("b.org", "ab.org", 443));
  EXPECT_TRUE(bypasses_proxy("*", "x", 1));
  EXPECT_FALSE(bypasses_proxy("", "x", 1));
}

}  // namespace
}  // namespace paraneo::net
