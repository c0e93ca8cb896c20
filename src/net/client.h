// An HTTPS client for one FHIR server: TLS 1.2 and 1.3, kept-alive connections, time-outs and size
// limits, credentials from files or a token server, an HTTP proxy. Thread-safe: each send() uses a
// connection of its own; connections are kept for the next one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "net/traffic.h"
#include "rest/machine.h"
#include "rest/wire_form.h"

namespace paraneo::net {

// How a server is reached, and who asks.
struct ClientOptions {
  std::string certificate_authority;  // PEM file; empty: the system's
  std::string client_cert;            // PEM files, both or none
  std::string client_key;
  bool insecure = false;             // accept any certificate
  bool plain_http_anywhere = false;  // http:// is for 127.0.0.1, ::1 and localhost otherwise
  std::string user;
  std::string password_file;
  std::string bearer_token_file;  // this and all further files: read again when they change
  std::string client_id;          // OAuth 2.0 client credentials, at token_url
  std::string client_secret_file;
  std::string smart_client_id;  // SMART Backend Services; token_url is found when it is empty
  std::string smart_key;        // file: PEM, JWK or JWK set
  std::string smart_key_id;     // kid; empty: that of the JWK, or the key's thumbprint
  std::string token_url;
  std::string scope;
  std::vector<rest::Header> headers;
  std::string proxy;       // http://host:port; empty: none
  std::string proxy_user;  // or as user:password@ in the proxy's URL
  std::string proxy_password_file;
  std::string no_proxy;                    // "host,.domain,10.1.2.3,*"
  std::int64_t connect_ms_max = 10'000;    // name, TCP and TLS
  std::int64_t idle_ms_max = 60'000;       // without a byte
  std::int64_t response_ms_max = 300'000;  // request and response as a whole
  std::size_t header_bytes_max = std::size_t{64} << 10;
  std::size_t connections_idle_max = 64;
  Limits limits;
  std::shared_ptr<const rest::WireForm> form;  // null: JSON, and answers as they come
};

// A FHIR server over HTTPS, with its connections. send() may be called by several threads.
class Client {
 public:
  // Reads the files (certificates, keys, password, token) and refuses what cannot work. A token is
  // fetched by the first send().
  static Result<Client> open(const std::string& base_url, const ClientOptions& options);
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  // Any answer with a status is a Response. Faults: network (may be tried again), auth (a
  // certificate is not accepted: trying again does not help), limit, usage, data (the request holds
  // what HTTP does not allow: nothing was sent). The URL must have the origin that the client was
  // opened for, unless the request is anonymous; from https it never leads to http. With a sink, a
  // body has no limit of size, and takes as long as it takes while something comes.
  Result<rest::Response> send(const rest::Request& request, rest::BodySink* sink = nullptr);
  // What was sent and came since the last call, also from other origins.
  Traffic take_traffic();

 private:
  struct State;
  explicit Client(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Whether NO_PROXY's list names the host.
bool bypasses_proxy(std::string_view no_proxy, std::string_view host, std::uint16_t port);

}  // namespace paraneo::net
