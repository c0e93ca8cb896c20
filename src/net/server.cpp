// Entry point: Server::start(). A Session is one connection; it lives as long as one of its
// operations is under way.
#include "net/server.h"

#include <poll.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <thread>

#include "base/gzip.h"
#include "net/server_connections.h"
#include "rest/request_head.h"

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
constexpr std::size_t kIoThreads = 2;
constexpr auto kAcceptPause = std::chrono::milliseconds(100);  // when there are no more file
                                                               // descriptors
constexpr auto kRoomPause = std::chrono::milliseconds(20);
constexpr auto kPatience = std::chrono::milliseconds(500);  // before a half-closed connection
                                                            // counts as left
constexpr auto kFarewell = std::chrono::seconds(2);         // for a client to read a last answer
constexpr std::size_t kFarewellBytesMax = std::size_t{8} << 20;  // that it may still be sending

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
  Connections connections;
  std::atomic<bool> stopping{false};
  std::atomic<std::size_t> requests{0};  // in the pool
  std::optional<asio::thread_pool> pool;
};

// The other side has ended its half: with requests under way, it does not want the answer any more.
bool has_gone(int socket) {
  pollfd one{socket, POLLRDHUP, 0};
  return ::poll(&one, 1, 0) > 0 && (one.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

template <class Stream>
class Session final : public Connection, public std::enable_shared_from_this<Session<Stream>> {
 public:
  Session(std::shared_ptr<Shared> shared, Stream&& stream)
      : shared_(std::move(shared)), stream_(std::move(stream)) {}
  ~Session() override { shared_->connections.remove(*this); }

  void run() {
    shared_->connections.add(this->shared_from_this());
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

  void end() override {
    asio::post(stream_.get_executor(), [weak = this->weak_from_this()] {
      const auto self = weak.lock();
      if (self == nullptr || self->is_busy()) return;
      Code ignored;
      self->socket().close(ignored);
    });
  }

 private:
  Tcp::socket& socket() { return beast::get_lowest_layer(stream_).socket(); }
  void expire() {
    beast::get_lowest_layer(stream_).expires_after(
        std::chrono::milliseconds(shared_->options.idle_ms_max));
  }

  void read() {
    set_busy(false);
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(shared_->options.header_bytes_max));
    parser_->body_limit(shared_->options.body_bytes_max);
    expire();
    http::async_read_header(stream_, buffer_, *parser_,
                            [self = this->shared_from_this()](const Code& ec, std::size_t) {
                              if (self->goes_on(ec)) self->read_body();
                            });
  }

  // The headers are there. A client may ask before it sends the body (RFC 9110 10.1.1).
  void read_body() {
    version_ = parser_->get().version();
    is_head_ = parser_->get().method() == http::verb::head;
    const auto expected = parser_->get()[http::field::expect];
    if (!expected.empty() && !beast::iequals(expected, "100-continue"))
      return answer(refusal(417, "not-supported", "only 100-continue can be expected"), true);
    if (expected.empty() || version_ < 11) return read_rest();
    go_on_.emplace(http::status::continue_, 11U);
    expire();
    http::async_write(stream_, *go_on_,
                      [self = this->shared_from_this()](const Code& ec, std::size_t) {
                        if (!ec) self->read_rest();
                      });
  }

  void read_rest() {
    expire();
    http::async_read(stream_, buffer_, *parser_,
                     [self = this->shared_from_this()](const Code& ec, std::size_t) {
                       if (self->goes_on(ec)) self->handle();
                     });
  }

  // False when that was the last request of the connection; what can be answered was.
  bool goes_on(const Code& ec) {
    if (!ec) return true;
    keeps_ = false;
    if (ec == http::error::body_limit)
      answer(refusal(413, "too-long", "the body is larger than this server takes"), true);
    else if (ec == http::error::header_limit)
      answer(refusal(431, "too-long", "the headers are larger than this server takes"), true);
    else if (ec == http::error::end_of_stream) close();
    else if (ec.category() == http::make_error_code(http::error::bad_target).category() &&
             ec != http::error::partial_message)
      answer(refusal(400, "structure", "this is no HTTP request"), true);
    return false;
  }

  void handle() {
    auto message = parser_->release();
    auto request = std::make_shared<ServerRequest>();
    request->method = std::string(message.method_string());
    request->target = std::string(message.target());
    for (const auto& field : message)
      request->headers.push_back({std::string(field.name_string()), std::string(field.value())});
    request->body = std::move(message.body());
    packs_ = request->header("Accept-Encoding").find("gzip") != std::string_view::npos;
    keeps_ = message.keep_alive();
    if (shared_->requests >= shared_->options.requests_max)
      return answer(refusal(503, "throttled", "too many requests at a time"), false);
    set_busy(true);
    ++shared_->requests;
    // Nothing else is under way on the connection until the answer is posted.
    asio::post(*shared_->pool, [self = this->shared_from_this(), request] {
      auto response = std::make_shared<rest::Response>(self->response_to(*request));
      --self->shared_->requests;
      asio::post(self->stream_.get_executor(),
                 [self, response] { self->answer(std::move(*response), false); });
    });
  }

  rest::Response response_to(ServerRequest& request) {
    if (shared_->stopping) return {0, {}, {}};
    const auto begin = std::chrono::steady_clock::now();
    request.is_abandoned = [this, begin, socket = socket().native_handle()] {
      return shared_->stopping ||
             (std::chrono::steady_clock::now() - begin > kPatience && has_gone(socket));
    };
    if (!unpack(request)) return refusal(400, "structure", "the packed body cannot be unpacked");
    return shared_->handler(request);
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
    if (response.status == 0) return;  // for nobody
    const auto& headers = response.headers;
    const bool sound = std::all_of(headers.begin(), headers.end(), [](const rest::Header& header) {
      return rest::is_field_name(header.name) && rest::is_field_value(header.value);
    });
    if (!sound)
      response = refusal(500, "exception", "the answer holds a character that HTTP does not allow");
    reply_.emplace(static_cast<http::status>(response.status), version_ == 0 ? 11U : version_);
    for (const auto& header : response.headers) reply_->insert(header.name, header.value);
    reply_->set(http::field::server, "paraneo");
    if (packs_ && response.body.size() >= kPackBytesMin) {
      Deflater().feed(response.body, true, reply_->body());
      reply_->set(http::field::content_encoding, "gzip");
    } else {
      reply_->body() = std::move(response.body);
    }
    last = last || !keeps_;
    reply_->keep_alive(!last);
    reply_->prepare_payload();
    // The length of what GET would give (RFC 9110 9.3.2), and nothing of it.
    if (is_head_) reply_->body().clear();
    if (reply_->result() == http::status::no_content) reply_->erase(http::field::content_length);
    expire();
    http::async_write(stream_, *reply_,
                      [self = this->shared_from_this(), last](const Code& ec, std::size_t) {
                        if (ec) return;
                        if (last) self->close();
                        else self->read();
                      });
  }

  void close() {
    beast::get_lowest_layer(stream_).expires_after(kFarewell);
    if constexpr (std::is_same_v<Stream, Secured>) {
      stream_.async_shutdown([self = this->shared_from_this()](const Code&) {});
    } else {
      Code ignored;
      socket().shutdown(Tcp::socket::shutdown_send, ignored);
      drain(0);
    }
  }

  // A socket that is closed with something unread takes the answer with it.
  void drain(std::size_t bytes) {
    if (bytes > kFarewellBytesMax) return;
    stream_.async_read_some(asio::buffer(farewell_), [self = this->shared_from_this(), bytes](
                                                         const Code& ec, std::size_t count) {
      if (!ec) self->drain(bytes + count);
    });
  }

  std::shared_ptr<Shared> shared_;
  Stream stream_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  std::optional<http::response<http::empty_body>> go_on_;
  std::optional<http::response<http::string_body>> reply_;
  std::array<char, 4096> farewell_{};
  bool packs_ = false;
  bool keeps_ = true;
  bool is_head_ = false;
  unsigned version_ = 0;
};

Result<void> set_up(ssl::context& context, const ServerOptions& options) {
  Code ec;
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  context.use_certificate_chain_file(options.certificate, ec);
  if (ec)
    return fail(ErrorCode::certificate_unusable, "holds no usable certificate: " + ec.message(),
                options.certificate, "give a PEM file");
  context.use_private_key_file(options.key, ssl::context::pem, ec);
  if (ec)
    return fail(ErrorCode::certificate_unusable,
                "holds no usable key for the certificate: " + ec.message(), options.key,
                "give the key that was issued with it, without a password");
  if (options.client_authority.empty()) return {};
  context.load_verify_file(options.client_authority, ec);
  if (ec)
    return fail(ErrorCode::certificate_unusable, "holds no usable certificate: " + ec.message(),
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
  asio::steady_timer pause{io};
  std::vector<std::thread> threads;

  ~State() {
    shared->stopping = true;
    io.stop();
    for (auto& thread : threads) thread.join();
    if (shared->pool) shared->pool->join();
  }

  void accept() {
    acceptor.async_accept(asio::make_strand(io), [this](const Code& ec, Tcp::socket socket) {
      if (ec == asio::error::operation_aborted) return;
      if (ec) {
        pause.expires_after(kAcceptPause);
        return pause.async_wait([this](const Code&) { accept(); });
      }
      admit(std::move(socket));
    });
  }

  // Where all connections are busy, new ones wait for one that is not.
  void admit(Tcp::socket socket) {
    if (!shared->connections.make_room(shared->options.connections_max)) {
      pause.expires_after(kRoomPause);
      return pause.async_wait(
          [this, socket = std::move(socket)](const Code&) mutable { admit(std::move(socket)); });
    }
    Code ignored;
    socket.set_option(Tcp::no_delay(true), ignored);
    Plain stream(std::move(socket));
    if (shared->options.tls)
      std::make_shared<Session<Secured>>(shared, Secured(std::move(stream), context))->run();
    else std::make_shared<Session<Plain>>(shared, std::move(stream))->run();
    accept();
  }

  Result<void> listen() {
    const auto& options = shared->options;
    const auto where = options.host + ":" + std::to_string(options.port);
    Code ec;
    const auto address = asio::ip::make_address(options.host, ec);
    if (ec)
      return fail(ErrorCode::option_value, "this is not an IP address to listen on", where,
                  "give 127.0.0.1");
    const Tcp::endpoint endpoint(address, options.port);
    acceptor.open(endpoint.protocol(), ec);
    if (!ec) acceptor.set_option(Tcp::acceptor::reuse_address(true), ec);
    if (!ec) acceptor.bind(endpoint, ec);
    if (!ec) acceptor.listen(Tcp::acceptor::max_listen_connections, ec);
    if (ec)
      return fail(ErrorCode::listen_failed, "cannot listen: " + ec.message(), where,
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
  state->shared->pool.emplace(std::max<std::size_t>(1, options.threads));
  state->accept();
  for (std::size_t i = 0; i < kIoThreads; ++i)
    state->threads.emplace_back([raw = state.get()] { raw->io.run(); });
  return Server(std::move(state));
}

std::uint16_t Server::port() const {
  Code ec;
  return state_->acceptor.local_endpoint(ec).port();
}

void Server::stop() { state_.reset(); }

}  // namespace paraneo::net
