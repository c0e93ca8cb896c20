// Entry points: Connection::open(), Connection::send().
#include "net/connection.h"

#include <openssl/err.h>

#include <array>
#include <limits>
#include <boost/asio/connect.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http.hpp>

#include "base/gzip.h"
#include "rest/request_head.h"

namespace paraneo::net {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr std::size_t kPieceBytes = std::size_t{64} << 10;
constexpr int kInterimMax = 8;  // 1xx answers before the real one

std::string seconds(std::int64_t ms) { return std::to_string((ms + 999) / 1000) + " s"; }

}  // namespace

Connection::Connection(std::shared_ptr<ssl::context> context, const ClientOptions& options,
                       rest::Origin origin)
    : context_(std::move(context)), options_(options), origin_(std::move(origin)) {
  stream_.emplace(io_, *context_);
}

template <class Start>
Connection::Code Connection::run(Clock::time_point until, const Start& start) {
  std::optional<Code> result;
  start([&result](const Code& ec, auto&&...) { result = ec; });
  io_.restart();
  io_.run_until(until);
  if (result) return *result;
  timed_out_ = true;
  Code ignored;
  stream_->next_layer().close(ignored);
  io_.restart();
  io_.run();
  return asio::error::timed_out;
}

template <class Use>
auto Connection::with_stream(const Use& use) {
  return origin_.tls ? use(*stream_) : use(stream_->next_layer());
}

Connection::Clock::time_point Connection::idle_end() const {
  return std::min(end_, Clock::now() + std::chrono::milliseconds(options_.idle_ms_max));
}

Error Connection::lost(const Code& ec, const char* when) {
  const auto where = rest::to_string(origin_);
  reusable_ = false;
  if (timed_out_ && Clock::now() >= end_)
    return fail(ErrorCode::time_out,
                "the answer took longer than " + seconds(options_.response_ms_max), where,
                "give the server more time with --timeout, or ask it for less");
  if (timed_out_)
    return fail(ErrorCode::time_out, "nothing came for " + seconds(options_.idle_ms_max), where,
                "check the network and the server");
  const bool alert = ec.category() == asio::error::get_ssl_category() &&
                     ERR_GET_REASON(static_cast<unsigned long>(ec.value())) > SSL_AD_REASON_OFFSET;
  const bool no_certificate = trace_.client_certificate_wanted && options_.client_cert.empty();
  if (alert || (!used_ && no_certificate)) return explain_tls(ec, trace_, origin_, options_);
  const auto reason = ec == http::error::end_of_stream || ec == http::error::partial_message ||
                              ec == ssl::error::stream_truncated
                          ? std::string("the server closed the connection")
                          : ec.message();
  return fail(ErrorCode::connection_lost,
              std::string("the connection was lost ") + when + ": " + reason, where,
              "check the network and the server");
}

Result<void> Connection::connect_tcp(const std::string& host, std::uint16_t port) {
  const auto until = Clock::now() + std::chrono::milliseconds(options_.connect_ms_max);
  const auto where = host + ":" + std::to_string(port);
  Tcp::resolver resolver(io_);
  Tcp::resolver::results_type found;
  auto ec = run(until, [&](auto done) {
    resolver.async_resolve(
        host, std::to_string(port), Tcp::resolver::numeric_service,
        [&found, done](const Code& code, const Tcp::resolver::results_type& all) mutable {
          found = all;
          done(code);
        });
  });
  if (ec)
    return fail(ErrorCode::host_unknown, "the name is not known: " + ec.message(), where,
                "check the spelling, or whether a proxy is needed (--proxy)");
  ec = run(until, [&](auto done) { asio::async_connect(stream_->next_layer(), found, done); });
  if (ec)
    return fail(ErrorCode::connection_failed,
                timed_out_ ? "no connection within " + seconds(options_.connect_ms_max)
                           : "no connection: " + ec.message(),
                where, "check host, port and firewall, or whether a proxy is needed (--proxy)");
  Code ignored;
  stream_->next_layer().set_option(Tcp::no_delay(true), ignored);
  return {};
}

Result<void> Connection::connect_proxy(const Proxy& proxy) {
  const auto authority = rest::authority_of(origin_);
  std::vector<rest::Header> headers;
  if (!proxy.authorization.empty()) headers.push_back({"Proxy-Authorization", proxy.authorization});
  const auto head = rest::request_head({"CONNECT", authority, authority, std::nullopt}, headers);
  if (!head) return head.error();
  auto& socket = stream_->next_layer();
  const auto until = Clock::now() + std::chrono::milliseconds(options_.connect_ms_max);
  const auto where = proxy.host + ":" + std::to_string(proxy.port);
  auto ec = run(until, [&](auto done) { asio::async_write(socket, asio::buffer(*head), done); });
  http::response_parser<http::empty_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(options_.header_bytes_max));
  parser.skip(true);
  if (!ec)
    ec = run(until, [&](auto done) { http::async_read_header(socket, buffer_, parser, done); });
  if (ec)
    return fail(ErrorCode::proxy_failed, "the proxy does not answer: " + ec.message(), where,
                "check --proxy and HTTPS_PROXY");
  const auto status = parser.get().result_int();
  if (status / 100 != 2)
    return fail(status == 407 ? ErrorCode::login_refused : ErrorCode::proxy_failed,
                "the proxy answers " + std::to_string(status) + " to CONNECT " +
                    rest::authority_of(origin_),
                where,
                status == 407
                    ? "the proxy wants a user name and password"
                    : "ask the proxy's operators to allow the server, or name it in NO_PROXY");
  if (buffer_.size() > 0)
    return fail(ErrorCode::connection_intercepted, "the proxy sends data before the server does",
                where, "somebody is in between; ask the proxy's operators");
  return {};
}

Result<void> Connection::handshake() {
  if (const auto ready = prepare(stream_->native_handle(), origin_, options_, trace_); !ready)
    return ready.error();
  ERR_clear_error();
  const auto until = Clock::now() + std::chrono::milliseconds(options_.connect_ms_max);
  const auto ec =
      run(until, [&](auto done) { stream_->async_handshake(ssl::stream_base::client, done); });
  if (!ec) return {};
  if (timed_out_)
    return fail(ErrorCode::time_out, "no TLS handshake within " + seconds(options_.connect_ms_max),
                rest::to_string(origin_), "check that the port is the server's TLS port");
  return explain_tls(ec, trace_, origin_, options_);
}

Result<void> Connection::open(const std::optional<Proxy>& proxy) {
  timed_out_ = false;
  const auto tcp =
      proxy ? connect_tcp(proxy->host, proxy->port) : connect_tcp(origin_.host, origin_.port);
  if (!tcp) return tcp;
  if (proxy)
    if (const auto tunnel = connect_proxy(*proxy); !tunnel) return tunnel;
  if (origin_.tls)
    if (const auto secured = handshake(); !secured) return secured;
  reusable_ = true;
  return {};
}

Connection::Exchange Connection::send(const rest::Request& request, const std::string& target,
                                      rest::BodySink* sink) {
  auto headers = request.headers;
  headers.insert(headers.begin(), {"Accept-Encoding", "gzip, deflate"});
  const bool has_body = request.method != rest::Method::get || !request.body.empty();
  const auto authority = rest::authority_of(origin_);
  const auto head =
      rest::request_head({rest::name_of(request.method), target, authority,
                          has_body ? std::optional(request.body.size()) : std::nullopt},
                         headers);
  if (!head) return {head.error(), false, 0};
  const std::array<asio::const_buffer, 2> message{asio::buffer(*head), asio::buffer(request.body)};
  // How long a file takes, nobody knows: something must come.
  end_ = sink != nullptr ? Clock::time_point::max()
                         : Clock::now() + std::chrono::milliseconds(options_.response_ms_max);
  timed_out_ = false;
  reusable_ = false;
  bytes_received_ = 0;
  const auto ec = with_stream([&](auto& stream) {
    return run(sink != nullptr ? idle_end() : end_,
               [&](auto done) { asio::async_write(stream, message, done); });
  });
  // A server may answer (413, 401) and close before it has read everything.
  bool began = false;
  if (ec && timed_out_) return {lost(ec, "while sending"), false, 0};
  auto response = receive(began, sink);
  if (!response && ec && !began) return {lost(ec, "while sending"), false, 0};
  used_ = true;
  return {std::move(response), began, bytes_received_};
}

bool Connection::quiet() {
  if (buffer_.size() > 0) return false;
  Code ec;
  if (stream_->next_layer().available(ec) > 0 || ec) return false;
  if (!origin_.tls) return true;
  auto* tls = stream_->native_handle();
  return SSL_has_pending(tls) == 0 && BIO_pending(SSL_get_rbio(tls)) == 0;
}

Error Connection::too_large() const {
  return fail(
      ErrorCode::limit_size,
      "the answer has more than " + std::to_string(options_.limits.response_bytes_max) + " bytes",
      rest::to_string(origin_), "ask for less at a time: smaller pages, fewer types");
}

Result<rest::Response> Connection::receive(bool& began, rest::BodySink* sink) {
  std::optional<http::response_parser<http::buffer_body>> parser;
  Code ec;
  for (int interim = 0; interim <= kInterimMax; ++interim) {
    parser.emplace();
    parser->header_limit(static_cast<std::uint32_t>(options_.header_bytes_max));
    if (sink == nullptr) parser->body_limit(options_.limits.response_bytes_max);
    else parser->body_limit(boost::none);
    ec = with_stream([&](auto& stream) {
      return run(idle_end(),
                 [&](auto done) { http::async_read_header(stream, buffer_, *parser, done); });
    });
    if (ec || parser->get().result_int() >= 200) break;
  }
  began = parser->got_some();
  const auto where = rest::to_string(origin_);
  if (ec == http::error::header_limit)
    return fail(ErrorCode::limit_size,
                "the answer's headers have more than " + std::to_string(options_.header_bytes_max) +
                    " bytes",
                where,
                "ask the operators of the server, or of a proxy before it, what it sends there");
  if (ec == http::error::body_limit) return too_large();
  if (ec.category() == make_error_code(http::error::bad_version).category() &&
      ec != http::error::end_of_stream && ec != http::error::partial_message)
    return fail(ErrorCode::answer_malformed, "the answer is not HTTP: " + ec.message(), where,
                "check the address and port");
  if (ec) return lost(ec, "before an answer came");
  return receive_body(*parser, parser->get().result_int() == 200 ? sink : nullptr);
}

template <class Parser>
Result<rest::Response> Connection::receive_body(Parser& parser, rest::BodySink* sink) {
  const auto where = rest::to_string(origin_);
  const auto bytes_max = sink == nullptr ? options_.limits.response_bytes_max
                                         : std::numeric_limits<std::size_t>::max();
  rest::Response response;
  response.status = static_cast<int>(parser.get().result_int());
  for (const auto& field : parser.get())
    response.headers.push_back({std::string(field.name_string()), std::string(field.value())});
  const auto encoding = response.header("Content-Encoding");
  const auto is = [&](std::string_view name) { return rest::same_header_name(encoding, name); };
  std::optional<Inflater> inflater;
  if (is("gzip") || is("x-gzip")) inflater.emplace(Packing::gzip, bytes_max);
  else if (is("deflate")) inflater.emplace(Packing::deflate, bytes_max);
  else if (!encoding.empty() && !is("identity"))
    return fail(ErrorCode::answer_malformed, "the answer is packed in a way that was not asked for",
                where);
  if (sink != nullptr)
    if (const auto begun = sink->begin(); !begun) return begun.error();

  std::array<char, kPieceBytes> piece;
  bool any = false;
  while (!parser.is_done()) {
    auto& body = parser.get().body();
    body.data = piece.data();
    body.size = piece.size();
    auto ec = with_stream([&](auto& stream) {
      return run(idle_end(),
                 [&](auto done) { http::async_read_some(stream, buffer_, parser, done); });
    });
    if (ec == http::error::need_buffer) ec = {};
    if (ec == http::error::body_limit) return too_large();
    if (ec) return lost(ec, "in the middle of the answer");
    const std::string_view got(piece.data(), piece.size() - parser.get().body().size);
    any = any || !got.empty();
    bytes_received_ += got.size();
    if (!inflater) {
      response.body += got;
    } else if (auto fed = inflater->feed(got, response.body); !fed) {
      auto error = fed.error();
      if (error.fault == Fault::limit) return too_large();
      return fail(ErrorCode::connection_lost, "the answer's compressed data is damaged", where,
                  "try again");
    }
    if (response.body.size() > bytes_max) return too_large();
    if (sink == nullptr) continue;
    if (const auto taken = sink->take(response.body); !taken) return taken.error();
    response.body.clear();
  }
  if (inflater && any && !inflater->complete())
    return fail(ErrorCode::connection_lost, "the answer's compressed data ends too early", where,
                "try again");
  reusable_ = parser.keep_alive();
  return response;
}

}  // namespace paraneo::net
