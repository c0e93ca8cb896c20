#include "net/credentials.h"

#include <chrono>
#include <cstdlib>
#include <thread>

#include "base/base64.h"
#include "rest/reply.h"
#include "rest/retry.h"
#include "rest/url.h"

namespace paraneo::net {
namespace {

constexpr std::int64_t kSkewToleratedMs = 2000;
constexpr int kLostMax = 2;  // answers of the token server
constexpr std::chrono::milliseconds kPauseAfterLoss{500};

}  // namespace

ClientOptions without_login(const ClientOptions& options) {
  auto bare = options;
  bare.user.clear();
  bare.password_file.clear();
  bare.bearer_token_file.clear();
  bare.client_id.clear();
  bare.client_secret_file.clear();
  bare.smart_client_id.clear();
  bare.smart_key.clear();
  bare.smart_key_id.clear();
  bare.token_url.clear();
  bare.scope.clear();
  bare.headers.clear();
  return bare;
}

Result<void> check_credentials(const ClientOptions& options) {
  const int ways = (options.user.empty() ? 0 : 1) + (options.bearer_token_file.empty() ? 0 : 1) +
                   (options.client_id.empty() ? 0 : 1) + (options.smart_client_id.empty() ? 0 : 1);
  if (ways > 1)
    return fail(ErrorCode::option_combination,
                "--user, --bearer-token-file, --client-id and --smart-client-id exclude "
                "each other",
                {}, "give one");
  if (options.user.empty() != options.password_file.empty())
    return fail(ErrorCode::option_combination, "--user and --password-file belong together", {},
                "give both");
  if (options.user.find(':') != std::string::npos)
    return fail(ErrorCode::option_value, "a user name cannot hold a colon", {}, "");
  if (options.client_id.empty() != options.client_secret_file.empty())
    return fail(ErrorCode::option_combination,
                "--client-id and --client-secret-file belong together", {}, "give both");
  if (!options.client_id.empty() && options.token_url.empty())
    return fail(ErrorCode::option_combination, "--client-id needs --token-url", {},
                "give the address of the token endpoint");
  if (options.smart_client_id.empty() != options.smart_key.empty())
    return fail(ErrorCode::option_combination, "--smart-client-id and --smart-key belong together",
                {}, "give both");
  const bool fetches = !options.client_id.empty() || !options.smart_client_id.empty();
  if (!fetches && !(options.token_url.empty() && options.scope.empty()))
    return fail(ErrorCode::option_combination,
                "--token-url and --scope are for --client-id or --smart-client-id", {},
                "give one of them too");
  return {};
}

Credentials::Credentials(std::string base_url, ClientOptions options)
    : base_url_(std::move(base_url)), options_(std::move(options)), key_file_(options_.smart_key),
      token_url_(options_.token_url) {
  fetches_ = !options_.client_id.empty() || !options_.smart_client_id.empty();
  for (const auto* file :
       {&options_.password_file, &options_.bearer_token_file, &options_.client_secret_file})
    if (!file->empty()) secret_.emplace(*file);
}

Result<std::unique_ptr<Credentials>> Credentials::open(const std::string& base_url,
                                                       const ClientOptions& options) {
  if (const auto checked = check_credentials(options); !checked) return checked.error();
  std::unique_ptr<Credentials> made(new Credentials(base_url, options));
  if (made->secret_)
    if (const auto read = made->secret_->read(); !read) return read.error();
  if (!options.token_url.empty())
    if (const auto client = made->token_client(); !client) return client.error();
  if (!options.smart_key.empty()) {
    const auto text = read_small_file(options.smart_key);
    if (!text) return text.error();
    if (const auto key = SigningKey::read(*text, options.smart_key); !key) return key.error();
  }
  return made;
}

Result<std::string> Credentials::current() {
  if (!options_.user.empty()) {
    const auto password = secret_->read();
    if (!password) return password.error();
    return "Basic " + base64(options_.user + ":" + *password);
  }
  if (!options_.bearer_token_file.empty()) {
    const auto token = secret_->read();
    if (!token) return token.error();
    return "Bearer " + *token;
  }
  return fetches_ ? "Bearer " + token_.value : std::string();
}

Result<std::string> Credentials::value() {
  const std::scoped_lock lock(mutex_);
  if (fetches_) {
    const auto now = system_clock().now_ms();
    // A clock that was set back makes a token look younger than it is; then 401 renews it.
    if (token_.value.empty() || now >= token_.renew_ms) {
      const auto fetched = fetch();
      // The old token is good until it expires.
      if (!fetched && (token_.value.empty() || now >= token_.expires_ms)) return fetched.error();
    }
  }
  return current();
}

Result<std::string> Credentials::renewed(const std::string& value) {
  const std::scoped_lock lock(mutex_);
  auto now = current();
  // Another connection has renewed it meanwhile, or the file has changed.
  if (!now || *now != value || !fetches_) return now;
  if (const auto fetched = fetch(); !fetched) return fetched.error();
  return current();
}

Result<Client*> Credentials::token_client() {
  if (!client_) {
    auto client = Client::open(token_url_, without_login(options_));
    if (!client) return client.error();
    client_.emplace(std::move(*client));
  }
  return &*client_;
}

Result<void> Credentials::find_token_url() {
  if (!token_url_.empty()) return {};
  auto client = Client::open(base_url_, without_login(options_));
  if (!client) return client.error();
  rest::Request request;
  request.url = rest::smart_configuration_url(base_url_);
  request.headers = {{"Accept", "application/json"}};
  const auto response = ask(*client, request);
  if (!response) return response.error();
  auto found = rest::read_token_url(*response, request.url);
  if (!found) return found.error();
  token_url_ = std::move(*found);
  return {};
}

Result<rest::Response> Credentials::ask(Client& client, const rest::Request& request) {
  const rest::RetryPolicy policy;
  for (unsigned attempt = 1;; ++attempt) {
    auto response = client.send(request);
    std::optional<std::int64_t> delay;
    if (!response) {
      delay = rest::retry_after(policy, attempt, request, response.error(), system_random());
    } else {
      auto copy = *response;
      const auto reply = rest::classify(std::move(copy), system_clock().now_ms());
      delay = rest::retry_after(policy, attempt, request, reply, system_random());
    }
    if (!delay) return response;
    std::this_thread::sleep_for(std::chrono::milliseconds(*delay));
  }
}

Result<rest::Request> Credentials::token_request() {
  if (options_.smart_client_id.empty()) {
    const auto secret = secret_->read();
    if (!secret) return secret.error();
    return rest::secret_request(token_url_, options_.scope, options_.client_id, *secret);
  }
  if (key_file_.changed() || !key_) {
    const auto text = read_small_file(options_.smart_key);
    auto key =
        text ? SigningKey::read(*text, options_.smart_key) : Result<SigningKey>(text.error());
    if (key) key_.emplace(std::move(*key));
    else if (!key_) return key.error();
  }
  const auto now = system_clock().now_ms() + skew_ms_;
  const auto text = rest::assertion_text(
      {key_->algorithm(), options_.smart_key_id.empty() ? key_->id() : options_.smart_key_id,
       options_.smart_client_id, token_url_, now},
      system_random());
  const auto signature = key_->sign(text);
  if (!signature) return signature.error();
  return rest::assertion_request(token_url_, options_.scope, text + "." + base64url(*signature));
}

Result<void> Credentials::fetch() {
  if (const auto found = find_token_url(); !found) return found.error();
  const auto client = token_client();
  if (!client) return client.error();
  for (int attempt = 0;; ++attempt) {
    const auto request = token_request();
    if (!request) return request.error();
    const auto sent_ms = system_clock().now_ms();
    const auto response = ask(**client, *request);
    if (!response) {
      if (response.error().fault != Fault::network || attempt >= kLostMax) return response.error();
      std::this_thread::sleep_for(kPauseAfterLoss);
      continue;
    }
    const auto skew = rest::clock_skew_ms(*response, sent_ms);
    const bool other_time = std::abs(skew - skew_ms_) > kSkewToleratedMs;
    skew_ms_ = skew;
    auto token =
        rest::read_token(*response, token_url_, sent_ms, !options_.smart_client_id.empty());
    if (token) {
      token_ = std::move(*token);
      return {};
    }
    // The assertion may be too old or of the future by the server's clock, which is known now.
    if (attempt > kLostMax || !other_time || response->status / 100 != 4) return token.error();
  }
}

}  // namespace paraneo::net
