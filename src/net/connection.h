// Private to net: one connection to one server, over TCP or TLS, directly or through a proxy. Used
// by one thread at a time.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <chrono>
#include <functional>
#include <optional>

#include "net/tls.h"
#include "rest/message.h"

namespace paraneo::net {

// An HTTP proxy that is asked for a tunnel (CONNECT).
struct Proxy {
  std::string host;
  std::uint16_t port = 0;
  std::string authorization;  // value of Proxy-Authorization; may be empty
};

// One connection to one origin, used for one request after the other. Not thread-safe.
class Connection {
 public:
  Connection(std::shared_ptr<ssl::context> context, const ClientOptions& options,
             rest::Origin origin);

  // TCP, the proxy's tunnel, TLS: each within the connection's time.
  Result<void> open(const std::optional<Proxy>& proxy);

  struct Exchange {
    Result<rest::Response> response;
    bool began = false;                // a byte of the answer has come
    std::uint64_t bytes_received = 0;  // of the body, as it travelled
  };
  // `target` and all headers are ready to be sent.
  Exchange send(const rest::Request& request, const std::string& target, rest::BodySink* sink);

  bool reusable() const { return reusable_; }
  // Nothing has come that nobody asked for: it would be taken for the answer to the next request.
  bool quiet();
  bool used() const { return used_; }
  bool belongs_to(const ssl::context& context) const { return context_.get() == &context; }

 private:
  using Tcp = boost::asio::ip::tcp;
  using Clock = std::chrono::steady_clock;
  using Code = boost::system::error_code;

  // Runs one asynchronous operation to its end, or cancels it when its time is over.
  template <class Start>
  Code run(Clock::time_point until, const Start& start);
  template <class Use>
  auto with_stream(const Use& use);
  Clock::time_point idle_end() const;

  Result<void> connect_tcp(const std::string& host, std::uint16_t port);
  Result<void> connect_proxy(const Proxy& proxy);
  Result<void> handshake();
  Result<rest::Response> receive(bool& began, rest::BodySink* sink);
  template <class Parser>
  Result<rest::Response> receive_body(Parser& parser, rest::BodySink* sink);
  Error too_large() const;
  Error lost(const Code& ec, const char* when);

  std::shared_ptr<ssl::context> context_;
  const ClientOptions& options_;
  rest::Origin origin_;
  boost::asio::io_context io_;
  HandshakeTrace trace_;
  std::optional<ssl::stream<Tcp::socket>> stream_;
  boost::beast::flat_buffer buffer_;
  Clock::time_point end_;             // of the whole exchange
  std::uint64_t bytes_received_ = 0;  // in it
  bool timed_out_ = false;
  bool reusable_ = false;
  bool used_ = false;
};

}  // namespace paraneo::net
