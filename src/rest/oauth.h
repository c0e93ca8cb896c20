// OAuth 2.0 client credentials (RFC 6749 4.4) and SMART Backend Services (private_key_jwt), without
// a socket and without a signature: what is asked, and what the answer means.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "rest/message.h"

namespace paraneo::rest {

// An access token. It is a secret: it goes into no message.
struct Token {
  std::string value;
  std::int64_t expires_ms = 0;  // by this machine's clock
  std::int64_t renew_ms = 0;    // when to fetch the next one
};

// What a JWT assertion says of the client.
struct Assertion {
  std::string algorithm;  // RS384, ES384
  std::string key_id;
  std::string client_id;
  std::string audience;     // the token endpoint
  std::int64_t now_ms = 0;  // by the token server's clock, as far as it is known
};

// header.payload, to be signed. `jti` is drawn from `random`: an assertion is used once.
std::string assertion_text(const Assertion& assertion, Random& random);

// RFC 6749 4.4, as SMART's backend services have it (private_key_jwt), and with a secret.
Request assertion_request(const std::string& token_url, std::string_view scope,
                          std::string_view jwt);
Request secret_request(const std::string& token_url, std::string_view scope,
                       std::string_view client_id, std::string_view secret);

// The answer to a request that was sent at `sent_ms`. With `scope_needed` (SMART) a token without
// any system scope is refused: servers answer an unknown scope with a token that may do nothing.
Result<Token> read_token(const Response& response, const std::string& token_url,
                         std::int64_t sent_ms, bool scope_needed);

// token_endpoint of .well-known/smart-configuration.
Result<std::string> read_token_url(const Response& response, const std::string& url);
std::string smart_configuration_url(const std::string& base);

// How far the server's clock is ahead, by its Date header; 0 when it has none.
std::int64_t clock_skew_ms(const Response& response, std::int64_t now_ms);

}  // namespace paraneo::rest
