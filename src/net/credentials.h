// Private to net: the Authorization of a client: none, basic, a token from a file, or a token from
// a token server that is fetched once for all connections and renewed before it expires.
// Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "net/client.h"
#include "net/signing_key.h"
#include "net/watched_file.h"
#include "rest/oauth.h"

namespace paraneo::net {

// At most one way to log in, and each with all that it needs.
Result<void> check_credentials(const ClientOptions& options);

// For other servers than the FHIR server: no token, no further headers.
ClientOptions without_login(const ClientOptions& options);

class Credentials {
 public:
  // Reads the files of secrets; none is in an error.
  static Result<std::unique_ptr<Credentials>> open(const std::string& base_url,
                                                   const ClientOptions& options);

  // The value of Authorization; empty: none. Fetches a token when there is none, or an old one.
  Result<std::string> value();
  // The server refused `value`: what to try instead; the same when there is nothing else.
  Result<std::string> renewed(const std::string& value);
  // A token server gave what was sent.
  bool from_token_server() const { return fetches_; }

 private:
  Credentials(std::string base_url, ClientOptions options);

  Result<std::string> current();
  Result<void> fetch();
  Result<void> find_token_url();
  Result<Client*> token_client();
  Result<rest::Request> token_request();
  Result<rest::Response> ask(Client& client, const rest::Request& request);

  std::string base_url_;
  ClientOptions options_;
  bool fetches_ = false;
  std::mutex mutex_;  // of all below; held while a token is fetched, so that it is fetched once
  std::optional<SecretFile> secret_;  // password, bearer token or client secret
  WatchedFile key_file_;
  std::optional<SigningKey> key_;
  std::string token_url_;
  std::optional<Client> client_;
  rest::Token token_;
  std::int64_t skew_ms_ = 0;  // of the token server's clock against ours
};

}  // namespace paraneo::net
