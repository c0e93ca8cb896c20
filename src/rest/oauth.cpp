#include "rest/oauth.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

#include "base/arena.h"
#include "base/base64.h"
#include "base/limits.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "json/read.h"
#include "json/write.h"
#include "rest/http_date.h"
#include "rest/reply.h"
#include "rest/url.h"

namespace paraneo::rest {
namespace {

constexpr std::int64_t kMsPerSecond = 1000;
constexpr std::int64_t kAssertionSeconds = 240;  // SMART allows five minutes at most
constexpr std::int64_t kBackdatedSeconds = 5;    // a server refuses what was issued in its future
constexpr std::int64_t kLifetimeSecondsDefault = 300;
constexpr std::int64_t kLifetimeSecondsMax = 86'400;
constexpr std::int64_t kMarginSecondsMax = 60;
constexpr std::size_t kTokenCharsMax = 65'536;

// application/x-www-form-urlencoded: everything but letters and digits is escaped.
std::string form_value(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '.' || c == '_') {
      out.push_back(c);
      continue;
    }
    out += {'%', kHex[byte >> 4], kHex[byte & 15]};
  }
  return out;
}

Request form(const std::string& url, std::string_view scope, const std::string& more) {
  Request request;
  request.method = Method::post;
  request.url = url;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                     {"Accept", "application/json"}};
  request.body = "grant_type=client_credentials";
  if (!scope.empty()) request.body += "&scope=" + form_value(scope);
  request.body += more;
  return request;
}

const json::Value* parse(const Source& source, Arena& arena) {
  diag::Sink sink;
  return json::read(source, arena, Limits{}, sink);
}

// error and error_description are words of the token server; they hold no secret of ours.
Error refusal(const Response& response, const json::Value* root, const std::string& url) {
  const auto refused = response.status == 429 || response.status >= 500
                           ? ErrorCode::connection_failed
                           : ErrorCode::login_refused;
  auto what = "the token server answers " + std::to_string(response.status);
  const auto code = root == nullptr ? std::string_view() : root->text_of("error");
  if (!code.empty()) what += ": " + one_line(code);
  if (root != nullptr && !root->text_of("error_description").empty())
    what += ": " + one_line(root->text_of("error_description"));
  const auto* advice = "check --token-url";
  if (code == "invalid_client")
    advice = "check the client id, its secret or key, the key's id (kid), and this machine's clock";
  else if (code == "invalid_scope")
    advice = "ask for a scope that the server has registered for this client, with --scope";
  else if (code == "unauthorized_client" || code == "unsupported_grant_type")
    advice = "the server's operators must allow client_credentials for this client";
  return fail(refused, std::move(what), url, advice);
}

std::int64_t lifetime_s(const json::Value& root) {
  const auto* value = root.find("expires_in");
  if (value == nullptr) return kLifetimeSecondsDefault;
  std::int64_t seconds = 0;
  const auto digits = value->text();
  if (std::from_chars(digits.data(), digits.data() + digits.size(), seconds).ec != std::errc())
    return kLifetimeSecondsDefault;
  return std::clamp<std::int64_t>(seconds, 0, kLifetimeSecondsMax);
}

bool has_system_scope(std::string_view scope) {
  return scope.starts_with("system/") || scope.find(" system/") != std::string_view::npos;
}

}  // namespace

std::string assertion_text(const Assertion& assertion, Random& random) {
  constexpr int kIdDigits = 16;
  std::string id;
  for (int part = 0; part < 2; ++part) {
    const auto bits = random.next();
    for (int i = 0; i < kIdDigits; ++i)
      id.push_back("0123456789abcdef"[(bits >> (4 * static_cast<unsigned>(i))) & 15U]);
  }
  std::string header;
  json::Writer head(header);
  head.begin_object();
  for (const auto& [name, value] :
       {std::pair("alg", assertion.algorithm), std::pair("kid", assertion.key_id),
        std::pair("typ", std::string("JWT"))}) {
    if (value.empty()) continue;
    head.key(name);
    head.string(value);
  }
  head.end_object();
  const auto issued = assertion.now_ms / kMsPerSecond - kBackdatedSeconds;
  std::string payload;
  json::Writer claims(payload);
  claims.begin_object();
  for (const auto& [name, value] :
       {std::pair("iss", assertion.client_id), std::pair("sub", assertion.client_id),
        std::pair("aud", assertion.audience), std::pair("jti", id)}) {
    claims.key(name);
    claims.string(value);
  }
  claims.key("iat");
  claims.raw(std::to_string(issued));
  claims.key("exp");
  claims.raw(std::to_string(issued + kAssertionSeconds));
  claims.end_object();
  return base64url(header) + "." + base64url(payload);
}

Request assertion_request(const std::string& token_url, std::string_view scope,
                          std::string_view jwt) {
  auto request =
      form(token_url, scope,
           "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
           "&client_assertion=" +
               std::string(jwt));
  request.idempotent = false;  // an assertion is good for one use
  return request;
}

Request secret_request(const std::string& token_url, std::string_view scope,
                       std::string_view client_id, std::string_view secret) {
  auto request = form(token_url, scope, {});
  // RFC 6749 2.3.1: both are form-encoded before they become a basic authorization.
  request.headers.push_back(
      {"Authorization", "Basic " + base64(form_value(client_id) + ":" + form_value(secret))});
  return request;
}

Result<Token> read_token(const Response& response, const std::string& token_url,
                         std::int64_t sent_ms, bool scope_needed) {
  const Source source{token_url, response.body};
  Arena arena;
  const auto* root = parse(source, arena);
  if (response.status != 200) return refusal(response, root, token_url);
  const auto value = root == nullptr ? std::string_view() : root->text_of("access_token");
  const bool sound =
      !value.empty() && value.size() <= kTokenCharsMax &&
      std::all_of(value.begin(), value.end(), [](char c) { return c > ' ' && c < 0x7f; });
  if (!sound)
    return fail(ErrorCode::token_unusable, "the token server's answer holds no token", token_url,
                "check --token-url");
  std::string type(root->text_of("token_type"));
  if (!type.empty() && !same_header_name(type, "Bearer"))
    return fail(ErrorCode::token_unusable, "the token server gives a token that is no bearer token",
                token_url, "the server's operators must set the client up for bearer tokens");
  if (scope_needed && !has_system_scope(root->text_of("scope")))
    return fail(ErrorCode::token_unusable,
                "the token server gives a token that may do nothing: none of the "
                "scopes that were asked for was granted",
                token_url,
                "ask for scopes that the server has registered for this client, with --scope");
  const auto lifetime = lifetime_s(*root);
  const auto margin = std::min(kMarginSecondsMax, lifetime / 4);
  return Token{std::string(value), sent_ms + lifetime * kMsPerSecond,
               sent_ms + (lifetime - margin) * kMsPerSecond};
}

std::string smart_configuration_url(const std::string& base) {
  return base + "/.well-known/smart-configuration";
}

Result<std::string> read_token_url(const Response& response, const std::string& url) {
  const auto advice = "give the address of the token endpoint with --token-url";
  if (response.status != 200)
    return fail(response.status >= 500 ? ErrorCode::connection_failed : ErrorCode::token_unusable,
                "the server answers " + std::to_string(response.status) +
                    " to the question for its SMART configuration",
                url, advice);
  const Source source{url, response.body};
  Arena arena;
  const auto* root = parse(source, arena);
  const auto found = root == nullptr ? std::string_view() : root->text_of("token_endpoint");
  if (!split_url(found))
    return fail(ErrorCode::token_unusable,
                "the server's SMART configuration names no token endpoint", url, advice);
  return std::string(found);
}

std::int64_t clock_skew_ms(const Response& response, std::int64_t now_ms) {
  const auto date = read_http_date(response.header("Date"));
  return date ? *date - now_ms : 0;
}

}  // namespace paraneo::rest
