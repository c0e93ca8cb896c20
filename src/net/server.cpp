// Entry point: Server::start(). A Session is one connection; it lives as long as one of its
// operations is under way.
#include "net/server.h"

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/strand.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <thread>

#include "base/gzip.h"

namespace paraneo::net {
namespace {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Tcp = asio::ip::tcp;
using Code = boost::system::error_code;
using Plain = beast::tcp_stream;
using Secured = beast::ssl_stream<beast::tcp_stream>;

constexpr std::size_t kPackBytesMin = 1024;  // smaller bodies are not worth packing

rest::Response refusal(int status, std::string_view code, std::string_view text) {
  rest::Response response;
  response.status = status;
  response.headers = {{"Content-Type", std::string(rest::kFhirJson)}};
  response.body = R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":")" +
                  std::string(code) + R"(","diagnostics":")" + std::string(text) + "\"}]}";
  return response;
}

struct Shared {
  ServerOptions options;
  ServerHandler handler;
  std::atomic<std::size_t> connections{0};
};

template <class Stream>
class Session : public std::enable_shared_from_this<Session<Stream>> {
 public:
  Session(std::shared_ptr<Shared> shared, Stream&& stream)
      : shared_(std::move(shared)), stream_(std::move(stream)) {
    ++shared_->connections;
  }
  ~Session() { --shared_->connections; }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void run() {
    if constexpr (std::is_same_v<Stream, Secured>) {
      expire();
      stream_.async_handshake(ssl::stream_base::server,
                              [self = this->shared_from_this()](const Code& ec) {
                                if (!ec) self->read();
                              });
    } else {
      read();
    }
  }

 private:
  void expire() {
    beast::get_lowest_layer(stream_).expires_after(
        std::chrono::milliseconds(shared_->options.idle_ms_max));
  }

  void read() {
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(shared_->options.header_bytes_max));
    parser_->body_limit(shared_->options.body_bytes_max);
    expire();
    http::async_read(stream_, buffer_, *parser_,
                     [self = this->shared_from_this()](const Code& ec, std::size_t) {
                       self->on_read(ec);
                     });
  }

  void on_read(const Code& ec) {
    if (ec == http::error::body_limit)
      return answer(refusal(413, "too-long", "the body is larger than this server takes"), true);
    if (ec == http::error::header_limit)
      return answer(refusal(431, "too-long", "the headers are larger than this server takes"), true);
    if (ec == http::error::end_of_stream) return close();
    if (ec) return;
    auto message = parser_->release();
    ServerRequest request;
    request.method = std::string(message.method_string());
    request.target = std::string(message.target());
    for (const auto& field : message)
      request.headers.push_back({std::string(field.name_string()), std::string(field.value())});
    request.body = std::move(message.body());
    packs_ = request.header("Accept-Encoding").find("gzip") != std::string_view::npos;
    keeps_ = message.keep_alive();
    version_ = message.version();
    if (!unpack(request))
      return answer(refusal(400, "structure", "the packed body cannot be unpacked"), true);
    answer(shared_->handler(request), false);
  }

  bool unpack(ServerRequest& request) const {
    const auto encoding = request.header("Content-Encoding");
    if (encoding.empty() || encoding == "identity") return true;
    if (encoding != "gzip") return false;
    std::string text;
    Inflater inflater(Packing::gzip, shared_->options.body_bytes_max);
    if (!inflater.feed(request.body, text) || !inflater.complete()) return false;
    request.body = std::move(text);
    return true;
  }

  void answer(rest::Response&& response, bool last) {
    reply_.emplace(static_cast<http::status>(response.status), version_ == 0 ? 11U : version_);
    for (const auto& header : response.headers) reply_->insert(header.name, header.value);
    reply_->set(http::field::server, "paraneo");
    if (packs_ && response.body.size() >= kPackBytesMin) {
      Deflater().feed(response.body, true, reply_->body());
      reply_->set(http::field::content_encoding, "gzip");
    } else {
      reply_->body() = std::move(response.body);
    }
    reply_->keep_alive(keeps_ && !last);
    reply_->prepare_payload();
    expire();
    http::async_write(stream_, *reply_,
                      [self = this->shared_from_this()](const Code& ec, std::size_t) {
                        if (ec) return;
                        if (self->reply_->keep_alive()) self->read();
                        else self->close();
                      });
  }

  void close() {
    expire();
    if constexpr (std::is_same_v<Stream, Secured>) {
      stream_.async_shutdown([self = this->shared_from_this()](const Code&) {});
    } else {
      Code ignored;
      stream_.socket().shutdown(Tcp::socket::shutdown_send, ignored);
    }
  }

  std::shared_ptr<Shared> shared_;
  Stream stream_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  std::optional<http::response<http::string_body>> reply_;
  bool packs_ = false;
  bool keeps_ = true;
  unsigned version_ = 0;
};

Result<void> set_up(ssl::context& context, const ServerOptions& options) {
  Code ec;
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  context.use_certificate_chain_file(options.certificate, ec);
  if (ec)
    return fail(Fault::usage, "holds no usable certificate: " + ec.message(), options.certificate,
                "give a PEM file");
  context.use_private_key_file(options.key, ssl::context::pem, ec);
  if (ec)
    return fail(Fault::usage, "holds no usable key for the certificate: " + ec.message(), options.key,
                "give the key that was issued with it, without a password");
  if (options.client_authority.empty()) return {};
  context.load_verify_file(options.client_authority, ec);
  if (ec)
    return fail(Fault::usage, "holds no usable certificate: " + ec.message(),
                options.client_authority, "give a PEM file");
  context.set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert, ec);
  // Without it OpenSSL refuses to resume sessions of clients with certificates.
  constexpr unsigned char kName[] = "paraneo";
  SSL_CTX_set_session_id_context(context.native_handle(), kName, sizeof(kName) - 1);
  return {};
}

}  // namespace

std::string_view ServerRequest::header(std::string_view name) const {
  for (const auto& header : headers)
    if (rest::same_header_name(header.name, name)) return header.value;
  return {};
}

struct Server::State {
  std::shared_ptr<Shared> shared = std::make_shared<Shared>();
  asio::io_context io;
  ssl::context context{ssl::context::tls_server};
  Tcp::acceptor acceptor{io};
  std::vector<std::thread> threads;

  ~State() {
    io.stop();
    for (auto& thread : threads) thread.join();
  }

  void accept() {
    acceptor.async_accept(asio::make_strand(io), [this](const Code& ec, Tcp::socket socket) {
      if (ec == asio::error::operation_aborted) return;
      const bool room = shared->connections < shared->options.connections_max;
      if (!ec && room) {
        Code ignored;
        socket.set_option(Tcp::no_delay(true), ignored);
        Plain stream(std::move(socket));
        if (shared->options.tls)
          std::make_shared<Session<Secured>>(shared, Secured(std::move(stream), context))->run();
        else
          std::make_shared<Session<Plain>>(shared, std::move(stream))->run();
      }
      accept();
    });
  }

  Result<void> listen() {
    const auto& options = shared->options;
    const auto where = options.host + ":" + std::to_string(options.port);
    Code ec;
    const auto address = asio::ip::make_address(options.host, ec);
    if (ec)
      return fail(Fault::usage, "this is not an IP address to listen on", where, "give 127.0.0.1");
    const Tcp::endpoint endpoint(address, options.port);
    acceptor.open(endpoint.protocol(), ec);
    if (!ec) acceptor.set_option(Tcp::acceptor::reuse_address(true), ec);
    if (!ec) acceptor.bind(endpoint, ec);
    if (!ec) acceptor.listen(Tcp::acceptor::max_listen_connections, ec);
    if (ec)
      return fail(Fault::network, "cannot listen: " + ec.message(), where,
                  "choose another port, or 0 for any");
    return {};
  }
};

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}
Server::~Server() = default;
Server::Server(Server&&) noexcept = default;
Server& Server::operator=(Server&&) noexcept = default;

Result<Server> Server::start(const ServerOptions& options, ServerHandler handler) {
  auto state = std::make_unique<State>();
  state->shared->options = options;
  state->shared->handler = std::move(handler);
  if (options.tls)
    if (const auto ready = set_up(state->context, options); !ready) return ready.error();
  if (const auto listening = state->listen(); !listening) return listening.error();
  state->accept();
  for (std::size_t i = 0; i < std::max<std::size_t>(1, options.threads); ++i)
    state->threads.emplace_back([raw = state.get()] { raw->io.run(); });
  return Server(std::move(state));
}

std::uint16_t Server::port() const {
  Code ec;
  return state_->acceptor.local_endpoint(ec).port();
}

void Server::stop() { state_.reset(); }

}  // namespace paraneo::net
