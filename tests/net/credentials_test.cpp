#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <filesystem>
#include <mutex>
#include <thread>

#include "base/arena.h"
#include "base/base64.h"
#include "diag/diagnostic.h"
#include "hostile_server.h"
#include "json/read.h"
#include "net/client.h"
#include "net/server.h"
#include "net/signing_key.h"

namespace paraneo::net {
namespace {

using testing_net::Folder;

std::string pem_of(EVP_PKEY* key, bool secret) {
  BIO* bio = BIO_new(BIO_s_mem());
  if (secret) PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  else PEM_write_bio_PUBKEY(bio, key);
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  return text;
}

// By OpenSSL itself, from the raw form of JWS.
bool verifies(EVP_PKEY* key, const std::string& text, std::string signature) {
  if (EVP_PKEY_is_a(key, "EC") == 1) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(signature.data());
    ECDSA_SIG* parts = ECDSA_SIG_new();
    ECDSA_SIG_set0(parts, BN_bin2bn(bytes, 48, nullptr), BN_bin2bn(bytes + 48, 48, nullptr));
    unsigned char* der = nullptr;
    const auto size = i2d_ECDSA_SIG(parts, &der);
    signature.assign(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    ECDSA_SIG_free(parts);
  }
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  const bool good =
      EVP_DigestVerifyInit(context, nullptr, EVP_sha384(), nullptr, key) == 1 &&
      EVP_DigestVerify(context, reinterpret_cast<const unsigned char*>(signature.data()),
                       signature.size(), reinterpret_cast<const unsigned char*>(text.data()),
                       text.size()) == 1;
  EVP_MD_CTX_free(context);
  return good;
}

TEST(SigningKey, SignsWhatOpenSslVerifies) {
  for (auto* key : {EVP_RSA_gen(2048), EVP_EC_gen("P-384")}) {
    const auto ours = SigningKey::read(pem_of(key, true), "key.pem");
    ASSERT_TRUE(ours) << ours.error().what;
    EXPECT_EQ(ours->id().size(), 43U);
    for (int i = 0; i < 20; ++i) {
      const auto signature = ours->sign("header.payload");
      ASSERT_TRUE(signature);
      if (ours->algorithm() == "ES384") { EXPECT_EQ(signature->size(), 96U); }
      EXPECT_TRUE(verifies(key, "header.payload", *signature));
      EXPECT_FALSE(verifies(key, "header.payloae", *signature));
    }
    EVP_PKEY_free(key);
  }
}

std::string number(EVP_PKEY* key, const char* name, int size) {
  BIGNUM* value = nullptr;
  EVP_PKEY_get_bn_param(key, name, &value);
  std::string bytes(static_cast<std::size_t>(size == 0 ? BN_num_bytes(value) : size), '\0');
  BN_bn2binpad(value, reinterpret_cast<unsigned char*>(bytes.data()),
               static_cast<int>(bytes.size()));
  BN_free(value);
  return base64url(bytes);
}

TEST(SigningKey, ReadsJwkAndJwkSets) {
  auto* ec = EVP_EC_gen("P-384");
  const auto jwk = R"({"kty":"EC","crv":"P-384","kid":"k1","x":")" + number(ec, "qx", 48) +
                   R"(","y":")" + number(ec, "qy", 48) + R"(","d":")" + number(ec, "priv", 48) +
                   "\"}";
  for (const auto& text :
       {jwk, R"({"keys":[{"kty":"EC","crv":"P-384","x":"AA","y":"AA"},)" + jwk + "]}"}) {
    const auto ours = SigningKey::read(text, "key.json");
    ASSERT_TRUE(ours) << ours.error().what;
    EXPECT_EQ(ours->id(), "k1");
    EXPECT_TRUE(verifies(ec, "x", *ours->sign("x")));
  }
  EXPECT_FALSE(SigningKey::read("{\"keys\":[" + jwk + "," + jwk + "]}", "two"));
  EVP_PKEY_free(ec);
  auto* rsa = EVP_RSA_gen(2048);
  const auto text = R"({"kty":"RSA","n":")" + number(rsa, "n", 0) + R"(","e":")" +
                    number(rsa, "e", 0) + R"(","d":")" + number(rsa, "d", 0) + "\"}";
  const auto ours = SigningKey::read(text, "key.json");
  ASSERT_TRUE(ours) << ours.error().what;
  EXPECT_TRUE(verifies(rsa, "x", *ours->sign("x")));
  EVP_PKEY_free(rsa);
}

TEST(SigningKey, RefusesWhatCannotSign) {
  auto* small = EVP_RSA_gen(1024);
  auto* other = EVP_EC_gen("P-256");
  for (const auto& text : {pem_of(small, true), pem_of(other, true), pem_of(other, false),
                           std::string("x"), std::string("{}"), std::string()})
    EXPECT_EQ(SigningKey::read(text, "f").error().code, ErrorCode::secret_unusable);
  EVP_PKEY_free(small);
  EVP_PKEY_free(other);
}

// A FHIR server and a token server in one.
class LoginTest : public testing::Test {
 protected:
  LoginTest() : key_(EVP_EC_gen("P-384")) {
    ServerOptions options;
    options.certificate = folder_.good.certificate;
    options.key = folder_.good.key;
    options.threads = 8;
    auto server =
        Server::start(options, [this](const ServerRequest& request) { return answer(request); });
    EXPECT_TRUE(server);
    server_.emplace(std::move(*server));
    base_ = "https://localhost:" + std::to_string(server_->port());
    options_.certificate_authority = folder_.authority_file;
    options_.smart_client_id = "adapter";
    options_.smart_key = folder_.write("key.pem", pem_of(key_, true));
    options_.smart_key_id = "k1";
    options_.scope = "system/*.rs";
  }
  ~LoginTest() override {
    server_.reset();
    EVP_PKEY_free(key_);
  }

  static rest::Response json(int status, std::string body) {
    return {status, {{"Content-Type", "application/json"}}, std::move(body)};
  }
  rest::Response answer(const ServerRequest& request) {
    const std::scoped_lock lock(mutex_);
    if (request.target == "/r4/.well-known/smart-configuration")
      return json(200, R"({"token_endpoint":")" + base_ + "/token\"}");
    if (request.target == "/token") {
      ++fetched_;
      last_token_request_ = request;
      auto response =
          good_assertion(request.body)
              ? json(200, R"({"access_token":"t)" + std::to_string(fetched_) +
                              R"(","token_type":"Bearer","scope":"system/*.rs","expires_in":)" +
                              std::to_string(lifetime_s_) + "}")
              : json(400, R"({"error":"invalid_client"})");
      if (ahead_s_ != 0) response.headers.push_back({"Date", date()});
      return response;
    }
    ++requests_;
    const bool good = !refuse_all_ &&
                      request.header("Authorization") == "Bearer t" + std::to_string(fetched_) &&
                      fetched_ >= valid_from_;
    return json(good ? 200 : 401, "{}");
  }
  std::string date() const {
    const std::time_t now = std::time(nullptr) + ahead_s_;
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 64> text{};
    std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return text.data();
  }
  bool good_assertion(const std::string& body) {
    const auto at = body.find("&client_assertion=");
    if (at == std::string::npos) return !options_.client_id.empty();
    const auto jwt = body.substr(at + 18);
    const auto dot = jwt.rfind('.');
    if (!verifies(key_, jwt.substr(0, dot), *from_base64url(jwt.substr(dot + 1)))) return false;
    const auto payload = *from_base64url(jwt.substr(jwt.find('.') + 1, dot - jwt.find('.') - 1));
    const auto now = std::time(nullptr) + ahead_s_;
    const auto issued = std::stoll(payload.substr(payload.find("\"iat\":") + 6));
    return jtis_.insert(payload.substr(payload.find("\"jti\""), 42)).second && issued <= now &&
           issued + 240 > now && payload.find(base_ + "/token") != std::string::npos;
  }
  Result<Client> open() { return Client::open(base_ + "/r4", options_); }
  Result<rest::Response> get(Client& client) {
    rest::Request request;
    request.url = base_ + "/r4/x";
    return client.send(request);
  }

  Folder folder_;
  EVP_PKEY* key_;
  std::mutex mutex_;
  std::optional<Server> server_;
  std::string base_;
  ClientOptions options_;
  ServerRequest last_token_request_;
  std::set<std::string> jtis_;
  int fetched_ = 0;
  int requests_ = 0;
  int valid_from_ = 0;
  int lifetime_s_ = 300;
  int ahead_s_ = 0;
  bool refuse_all_ = false;
};

TEST_F(LoginTest, OneTokenServesAllConnections) {
  auto client = open();
  ASSERT_TRUE(client) << client.error().what;
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      for (int k = 0; k < 5; ++k) {
        const auto response = get(*client);
        if (response && response->status == 200) ++good;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 40);
  EXPECT_EQ(fetched_, 1);
}

TEST_F(LoginTest, ATokenIsRenewedBeforeItExpires) {
  lifetime_s_ = 1;
  auto client = open();
  ASSERT_EQ(get(*client)->status, 200);
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  ASSERT_EQ(get(*client)->status, 200);
  EXPECT_EQ(fetched_, 2);
  EXPECT_EQ(requests_, 2);  // no 401 in between
}

TEST_F(LoginTest, ARevokedTokenIsRenewedOnce) {
  auto client = open();
  ASSERT_EQ(get(*client)->status, 200);
  valid_from_ = 2;
  const auto response = get(*client);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(fetched_, 2);
  refuse_all_ = true;
  const auto refused = get(*client);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::auth);
  EXPECT_NE(refused.error().what.find("fetched just now"), std::string::npos);
  EXPECT_EQ(fetched_, 3);
}

TEST_F(LoginTest, AServerWithAnotherTimeIsUnderstood) {
  for (const int ahead : {3600, -3600}) {
    ahead_s_ = ahead;
    auto client = open();
    const auto response = get(*client);
    ASSERT_TRUE(response) << response.error().what;
    EXPECT_EQ(response->status, 200);
  }
}

TEST_F(LoginTest, ARenewedKeyFileIsReadAgain) {
  lifetime_s_ = 0;  // fetched for every request
  auto client = open();
  ASSERT_EQ(get(*client)->status, 200);
  auto* next = EVP_EC_gen("P-384");
  EVP_PKEY_free(std::exchange(key_, next));
  folder_.write("key.pem", "half of a key");  // being written
  ASSERT_FALSE(get(*client));
  folder_.write("key.pem", pem_of(key_, true));
  const auto response = get(*client);
  ASSERT_TRUE(response) << response.error().what;
  EXPECT_EQ(response->status, 200);
}

TEST_F(LoginTest, ClientCredentialsWithASecret) {
  options_.smart_client_id.clear();
  options_.smart_key.clear();
  options_.client_id = "adapter";
  options_.client_secret_file = folder_.write("secret", "one\n");
  EXPECT_FALSE(open());  // no token URL
  options_.token_url = base_ + "/token";
  lifetime_s_ = 0;
  auto client = open();
  ASSERT_TRUE(client) << client.error().what;
  ASSERT_EQ(get(*client)->status, 200);
  EXPECT_EQ(last_token_request_.header("Authorization"), "Basic " + base64("adapter:one"));
  folder_.write("secret", "two-two\n");
  ASSERT_EQ(get(*client)->status, 200);
  EXPECT_EQ(last_token_request_.header("Authorization"), "Basic " + base64("adapter:two-two"));
  EXPECT_EQ(last_token_request_.body, "grant_type=client_credentials&scope=system%2F%2A.rs");
}

TEST_F(LoginTest, ATokenServerThatCannotBeReachedIsAnError) {
  options_.token_url = "https://localhost:1/token";
  auto client = open();
  ASSERT_TRUE(client);
  EXPECT_EQ(get(*client).error().fault, Fault::network);
  options_.token_url = "http://login.example.org/token";
  EXPECT_EQ(open().error().fault, Fault::usage);
}

TEST(ClientCertificate, IsReadAgainWhenItIsRenewed) {
  const Folder folder;
  const auto other = *make_certificate(
      {Purpose::authority, "Other CA", {}, Folder::days(-1), Folder::days(9)}, nullptr);
  ServerOptions server_options;
  server_options.certificate = folder.good.certificate;
  server_options.key = folder.good.key;
  server_options.client_authority = folder.authority_file;
  auto server = Server::start(server_options, [](const ServerRequest&) {
    return rest::Response{
        200, {{"Content-Type", "application/json"}, {"Connection", "close"}}, "{}"};
  });
  ASSERT_TRUE(server);
  const auto wrong = folder.issue("mine", Purpose::client, {}, -1, 9, &other);
  ClientOptions options;
  options.certificate_authority = folder.authority_file;
  options.client_cert = wrong.certificate;
  options.client_key = wrong.key;
  const auto base = "https://localhost:" + std::to_string(server->port());
  auto client = Client::open(base, options);
  ASSERT_TRUE(client) << client.error().what;
  rest::Request request;
  request.url = base + "/x";
  EXPECT_EQ(client->send(request).error().fault, Fault::auth);
  // Put in its place, as who renews it does: two writes of as many bytes can have one time.
  const auto right = folder.issue("right", Purpose::client, {}, -1, 9, &folder.authority);
  std::filesystem::rename(right.key, wrong.key);
  std::filesystem::rename(right.certificate, wrong.certificate);
  const auto response = client->send(request);
  ASSERT_TRUE(response) << response.error().what;
  EXPECT_EQ(response->status, 200);
}

}  // namespace
}  // namespace paraneo::net
