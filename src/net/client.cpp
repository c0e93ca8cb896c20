// Entry point: Client::send(): credentials, a connection from the pool, one exchange.
#include "net/client.h"

#include <chrono>
#include <map>
#include <mutex>

#include "base/base64.h"
#include "base/percent.h"
#include "net/connection.h"
#include "net/credentials.h"
#include "net/watched_file.h"
#include "rest/request_head.h"

namespace paraneo::net {
namespace {

Result<std::optional<Proxy>> read_proxy(const ClientOptions& options, const rest::Origin& origin) {
  if (options.proxy.empty() || bypasses_proxy(options.no_proxy, origin.host, origin.port))
    return std::optional<Proxy>();
  auto text = options.proxy;
  if (text.find("://") == std::string::npos) text.insert(0, "http://");
  Proxy proxy;
  const auto begin = text.find("://") + 3;
  if (const auto at = text.find('@', begin); at != std::string::npos) {
    proxy.authorization =
        "Basic " + base64(percent_decoded(std::string_view(text).substr(begin, at - begin)));
    text.erase(begin, at + 1 - begin);
  }
  if (options.proxy_user.empty() != options.proxy_password_file.empty())
    return fail(ErrorCode::option_combination,
                "--proxy-user and --proxy-password-file belong together", {}, "give both");
  if (!options.proxy_user.empty()) {
    const auto password = SecretFile(options.proxy_password_file).read();
    if (!password) return password.error();
    proxy.authorization = "Basic " + base64(options.proxy_user + ":" + *password);
  }
  const auto address = rest::split_url(text);
  if (!address || address->origin.tls)
    return fail(ErrorCode::url_invalid, "the proxy is not an http:// URL", {},
                "write it as http://host:port");
  proxy.host = address->origin.host;
  proxy.port = address->origin.port;
  return std::optional(std::move(proxy));
}

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host == "127.0.0.1";
}

Result<void> check(const ClientOptions& options, const rest::Origin& origin) {
  if (!origin.tls && !options.plain_http_anywhere && !is_loopback(origin.host))
    return fail(ErrorCode::plain_http, "http:// would send patients' data in the clear",
                rest::to_string(origin), "use https://");
  return {};
}

}  // namespace

bool bypasses_proxy(std::string_view no_proxy, std::string_view host, std::uint16_t port) {
  while (!no_proxy.empty()) {
    const auto comma = no_proxy.find(',');
    auto rule = no_proxy.substr(0, comma);
    no_proxy.remove_prefix(comma == std::string_view::npos ? no_proxy.size() : comma + 1);
    while (rule.starts_with(' ')) rule.remove_prefix(1);
    while (rule.ends_with(' ')) rule.remove_suffix(1);
    if (rule == "*") return true;
    if (const auto colon = rule.rfind(':');
        colon != std::string_view::npos && rule.find(':') == colon) {
      if (rule.substr(colon + 1) != std::to_string(port)) continue;
      rule = rule.substr(0, colon);
    }
    if (rule.starts_with('.')) rule.remove_prefix(1);
    if (rule.empty() || host.size() < rule.size()) continue;
    const auto tail = host.substr(host.size() - rule.size());
    const bool whole = host.size() == rule.size() || host[host.size() - rule.size() - 1] == '.';
    if (whole && rest::same_header_name(tail, rule)) return true;
  }
  return false;
}

struct Client::State {
  ClientOptions options;
  rest::Origin origin;
  std::optional<Proxy> proxy;
  std::unique_ptr<Credentials> credentials;
  std::mutex mutex;  // of what is below
  std::shared_ptr<ssl::context> context;
  std::vector<WatchedFile> files;  // that the context was made of
  std::vector<std::unique_ptr<Connection>> idle;
  std::map<std::string, std::unique_ptr<Client>> strangers;  // by origin, for anonymous requests
  std::shared_ptr<TrafficMeter> meter = std::make_shared<TrafficMeter>();  // theirs, too;
                                                                           // thread-safe

  std::unique_ptr<Connection> take_idle() {
    const std::scoped_lock lock(mutex);
    while (!idle.empty()) {
      auto connection = std::move(idle.back());
      idle.pop_back();
      if (connection->quiet()) return connection;
    }
    return nullptr;
  }
  void give_back(std::unique_ptr<Connection> connection) {
    const std::scoped_lock lock(mutex);
    // A connection with the old certificate is not kept.
    if (connection->reusable() && connection->belongs_to(*context) &&
        idle.size() < options.connections_idle_max)
      idle.push_back(std::move(connection));
  }

  // The TLS settings, made again when a certificate or key file has changed. A pair that does not
  // fit together is half of a renewal: the old one is used until the other half is there.
  std::shared_ptr<ssl::context> fresh_context() {
    const std::scoped_lock lock(mutex);
    bool changed = false;
    for (auto& file : files) changed = file.changed() || changed;
    if (!changed) return context;
    if (auto made = client_context(options)) {
      context = std::move(*made);
      idle.clear();
    }
    return context;
  }
  Result<rest::Response> exchange(const rest::Request& request, const std::string& target,
                                  rest::BodySink* sink);
  Connection::Exchange send_on(Connection& connection, const rest::Request& request,
                               const std::string& target, rest::BodySink* sink);
  Result<Client*> stranger(const rest::Origin& other);
};

// A client without anything that is the FHIR server's to know.
Result<Client*> Client::State::stranger(const rest::Origin& other) {
  const auto name = rest::to_string(other);
  if (origin.tls && !other.tls)
    return fail(ErrorCode::link_elsewhere, "the server names a file without TLS: it is not fetched",
                name, "the server's operators must give https links");
  const std::scoped_lock lock(mutex);
  auto& client = strangers[name];
  if (!client) {
    auto bare = without_login(options);
    bare.client_cert.clear();
    bare.client_key.clear();
    auto opened = Client::open(name, bare);
    if (!opened) return opened.error();
    client = std::make_unique<Client>(std::move(*opened));
    client->state_->meter = meter;
  }
  return client.get();
}

Connection::Exchange Client::State::send_on(Connection& connection, const rest::Request& request,
                                            const std::string& target, rest::BodySink* sink) {
  const auto begin = std::chrono::steady_clock::now();
  auto result = connection.send(request, target, sink);
  const auto latency = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - begin);
  meter->add(result.response ? result.response->status : 0, request.body.size(),
             result.bytes_received, static_cast<std::uint64_t>(latency.count()));
  return result;
}

Result<rest::Response> Client::State::exchange(const rest::Request& request,
                                               const std::string& target, rest::BodySink* sink) {
  // The server may have closed a kept connection just now: that says nothing about the request, so
  // it is sent again at once, on a new one.
  const auto settings = fresh_context();
  if (request.idempotent) {
    if (auto connection = take_idle()) {
      auto result = send_on(*connection, request, target, sink);
      if (result.response || result.began || result.response.error().fault != Fault::network) {
        give_back(std::move(connection));
        return std::move(result.response);
      }
    }
  }
  auto connection = std::make_unique<Connection>(settings, options, origin);
  if (const auto opened = connection->open(proxy); !opened) return opened.error();
  auto result = send_on(*connection, request, target, sink);
  give_back(std::move(connection));
  return std::move(result.response);
}

Traffic Client::take_traffic() { return state_->meter->take(); }

Client::Client(std::unique_ptr<State> state) : state_(std::move(state)) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

Result<Client> Client::open(const std::string& base_url, const ClientOptions& options) {
  const auto address = rest::split_url(base_url);
  if (!address) return address.error();
  if (const auto checked = check(options, address->origin); !checked) return checked.error();
  for (const auto& header : options.headers)
    if (const auto head = rest::request_head({"GET", "/", "host", std::nullopt}, {header}); !head)
      return fail(ErrorCode::option_value, "--header cannot be sent: " + head.error().what, {},
                  "write it as 'Name: value'");
  auto state = std::make_unique<State>();
  state->options = options;
  state->origin = address->origin;
  auto context = client_context(options);
  if (!context) return context.error();
  state->context = std::move(*context);
  for (const auto* file :
       {&options.certificate_authority, &options.client_cert, &options.client_key}) {
    state->files.emplace_back(*file);
    static_cast<void>(state->files.back().changed());
  }
  auto proxy = read_proxy(options, address->origin);
  if (!proxy) return proxy.error();
  state->proxy = std::move(*proxy);
  auto credentials = Credentials::open(base_url, options);
  if (!credentials) return credentials.error();
  state->credentials = std::move(*credentials);
  return Client(std::move(state));
}

Result<rest::Response> Client::send(const rest::Request& request, rest::BodySink* sink) {
  auto& s = *state_;
  const auto address = rest::split_url(request.url);
  if (!address) return address.error();
  if (request.anonymous) {
    const auto other = s.stranger(address->origin);
    if (!other) return other.error();
    auto plain = request;
    plain.anonymous = false;
    return (*other)->send(plain, sink);
  }
  if (address->origin != s.origin)
    return fail(ErrorCode::internal, "a request to another server than the one that was opened",
                rest::to_string(address->origin));
  const auto* form = sink == nullptr ? s.options.form.get() : nullptr;
  auto formed = request;
  if (form != nullptr)
    if (const auto encoded = form->encode(formed); !encoded) return encoded.error();
  auto authorization = s.credentials->value();
  for (int attempt = 0;; ++attempt) {
    if (!authorization) return authorization.error();
    auto full = formed;
    full.headers.insert(full.headers.begin(), {"User-Agent", "paraneo/" PARANEO_VERSION});
    if (!authorization->empty()) full.headers.push_back({"Authorization", *authorization});
    full.headers.insert(full.headers.end(), s.options.headers.begin(), s.options.headers.end());
    auto response = s.exchange(full, address->target, sink);
    if (form != nullptr && response) form->decode(*response);
    if (!response || response->status != 401) return response;
    if (attempt > 0 && s.credentials->from_token_server())
      return fail(ErrorCode::login_refused,
                  "the server refuses (401) a token that was fetched just now",
                  rest::to_string(s.origin),
                  "check that the token server and its scopes are those of this FHIR server "
                  "(--token-url, --scope), and both clocks");
    // The token may have been revoked, or renewed while the request was on its way.
    auto renewed = s.credentials->renewed(*authorization);
    if (attempt > 0 || (renewed && *renewed == *authorization)) return response;
    authorization = std::move(renewed);
  }
}

}  // namespace paraneo::net
