// A small HTTPS server: one handler, a pool of threads, limits on everything a stranger sends. For
// rehearsals, tests and the service on this machine; it is not hardened for the open internet.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "rest/message.h"

namespace paraneo::net {

// What a server listens on, and what it allows.
struct ServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;  // 0: the system chooses
  bool tls = true;
  std::string certificate;  // PEM files, with tls
  std::string key;
  std::string client_authority;  // PEM file: clients must have a certificate that it signed
  std::size_t threads = 16;      // that run the handler; others read and write
  std::size_t body_bytes_max = std::size_t{64} << 20;  // packed and unpacked
  std::size_t header_bytes_max = std::size_t{64} << 10;
  std::size_t connections_max = 256;  // for a new one, the one that is idle longest is closed; it
                                      // waits when all are busy
  std::size_t requests_max = 1024;    // that are handled or wait for it; beyond them 503
  std::int64_t idle_ms_max = 30'000;  // for one request's headers, for its body, and for the answer
                                      // to be taken
};

// A request that came, whole.
struct ServerRequest {
  std::string method;  // "GET"
  std::string target;  // path and query as they came
  std::vector<rest::Header> headers;
  std::string body;  // unpacked
  // Whether nobody waits for the answer any more. May be empty; costs a system call.
  std::function<bool()> is_abandoned;

  std::string_view header(std::string_view name) const;  // any case
};

// Called from the pool's threads, several at a time. Must not throw.
using ServerHandler = std::function<rest::Response(const ServerRequest&)>;

// Listens until it is destroyed; the handler is called by several threads at once.
class Server {
 public:
  // Listens when it returns.
  static Result<Server> start(const ServerOptions& options, ServerHandler handler);
  ~Server();  // stops
  Server(Server&&) noexcept;
  Server& operator=(Server&&) noexcept;

  std::uint16_t port() const;  // not after stop()
  // Ends all connections and threads; no handler runs after it: those that run find that they are
  // abandoned.
  void stop();

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace paraneo::net
