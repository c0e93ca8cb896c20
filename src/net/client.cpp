// Entry point: Client::send(): credentials, a connection from the pool, one exchange.
#include "net/client.h"

#include <sys/stat.h>

#include <array>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <mutex>

#include "net/connection.h"

namespace paraneo::net {
namespace {

constexpr std::size_t kSecretCharsMax = 65536;

std::string base64(std::string_view text) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    unsigned bits = 0;
    for (std::size_t k = 0; k < 3; ++k)
      bits = (bits << 8) | (i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      out.push_back(i + k <= text.size() ? kDigits[(bits >> (18 - 6 * k)) & 63U] : '=');
  }
  return out;
}

// The first line of the file, without white space around it.
Result<std::string> read_secret(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(Fault::usage, "the file cannot be read", path, "check path and permissions");
  std::string line;
  std::getline(in, line);
  while (!line.empty() && std::isspace(static_cast<unsigned char>(line.back())) != 0) line.pop_back();
  while (!line.empty() && std::isspace(static_cast<unsigned char>(line.front())) != 0) line.erase(0, 1);
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (line.empty() || line.size() > kSecretCharsMax ||
      std::any_of(line.begin(), line.end(), control))
    return fail(Fault::usage, "the first line of the file is no token or password", path,
                "write it alone into the first line");
  return line;
}

// A token that another program renews in place.
class TokenFile {
 public:
  explicit TokenFile(std::string path) : path_(std::move(path)) {}

  Result<std::string> token() {
    struct stat now {};
    if (::stat(path_.c_str(), &now) != 0)
      return fail(Fault::usage, "the file cannot be read", path_, "check path and permissions");
    const bool same = now.st_mtim.tv_sec == seen_.st_mtim.tv_sec &&
                      now.st_mtim.tv_nsec == seen_.st_mtim.tv_nsec &&
                      now.st_size == seen_.st_size && now.st_ino == seen_.st_ino;
    if (same && !token_.empty()) return token_;
    auto read = read_secret(path_);
    if (!read) return read.error();
    seen_ = now;
    return token_ = std::move(*read);
  }

 private:
  std::string path_;
  std::string token_;
  struct stat seen_ {};
};

Result<std::optional<Proxy>> read_proxy(const ClientOptions& options, const rest::Origin& origin) {
  if (options.proxy.empty() || bypasses_proxy(options.no_proxy, origin.host, origin.port))
    return std::optional<Proxy>();
  auto text = options.proxy;
  if (text.find("://") == std::string::npos) text.insert(0, "http://");
  Proxy proxy;
  const auto begin = text.find("://") + 3;
  if (const auto at = text.find('@', begin); at != std::string::npos) {
    proxy.authorization = "Basic " + base64(std::string_view(text).substr(begin, at - begin));
    text.erase(begin, at + 1 - begin);
  }
  const auto address = rest::split_url(text);
  if (!address || address->origin.tls)
    return fail(Fault::usage, "the proxy is not an http:// URL", {}, "write it as http://host:port");
  proxy.host = address->origin.host;
  proxy.port = address->origin.port;
  return std::optional(std::move(proxy));
}

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host == "127.0.0.1";
}

Result<void> check(const ClientOptions& options, const rest::Origin& origin) {
  if (!origin.tls && !options.plain_http_anywhere && !is_loopback(origin.host))
    return fail(Fault::usage, "http:// would send patients' data in the clear",
                rest::to_string(origin), "use https://");
  if (!options.user.empty() && !options.bearer_token_file.empty())
    return fail(Fault::usage, "--user and --bearer-token-file exclude each other", {}, "give one");
  if (options.user.empty() != options.password_file.empty())
    return fail(Fault::usage, "--user and --password-file belong together", {}, "give both");
  if (options.user.find(':') != std::string::npos)
    return fail(Fault::usage, "a user name cannot hold a colon", {}, "");
  return {};
}

bool is_header(const rest::Header& header) {
  const auto token = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  };
  const auto control = [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  };
  return !header.name.empty() && std::all_of(header.name.begin(), header.name.end(), token) &&
         std::none_of(header.value.begin(), header.value.end(), control);
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
    if (const auto colon = rule.rfind(':'); colon != std::string_view::npos && rule.find(':') == colon) {
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
  std::unique_ptr<ssl::context> context;
  std::optional<Proxy> proxy;
  std::string basic;  // value of Authorization
  std::optional<TokenFile> token;
  std::mutex mutex;   // of what is below, and of token
  std::vector<std::unique_ptr<Connection>> idle;

  std::unique_ptr<Connection> take_idle() {
    const std::scoped_lock lock(mutex);
    if (idle.empty()) return nullptr;
    auto connection = std::move(idle.back());
    idle.pop_back();
    return connection;
  }
  void give_back(std::unique_ptr<Connection> connection) {
    const std::scoped_lock lock(mutex);
    if (connection->reusable() && idle.size() < options.connections_idle_max)
      idle.push_back(std::move(connection));
  }

  Result<std::string> authorization() {
    if (!token) return basic;
    const std::scoped_lock lock(mutex);
    auto text = token->token();
    if (!text) return text.error();
    return "Bearer " + *text;
  }
  Result<rest::Response> exchange(const rest::Request& request, const std::string& target);
};

Result<rest::Response> Client::State::exchange(const rest::Request& request,
                                               const std::string& target) {
  // The server may have closed a kept connection just now: that says nothing about the request, so
  // it is sent again at once, on a new one.
  if (request.idempotent) {
    if (auto connection = take_idle()) {
      auto result = connection->send(request, target);
      if (result.response || result.began || result.response.error().fault != Fault::network) {
        give_back(std::move(connection));
        return std::move(result.response);
      }
    }
  }
  auto connection = std::make_unique<Connection>(*context, options, origin);
  if (const auto opened = connection->open(proxy); !opened) return opened.error();
  auto result = connection->send(request, target);
  give_back(std::move(connection));
  return std::move(result.response);
}

Client::Client(std::unique_ptr<State> state) : state_(std::move(state)) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

Result<Client> Client::open(const std::string& base_url, const ClientOptions& options) {
  const auto address = rest::split_url(base_url);
  if (!address) return address.error();
  if (const auto checked = check(options, address->origin); !checked) return checked.error();
  for (const auto& header : options.headers)
    if (!is_header(header))
      return fail(Fault::usage, "--header is not a header: " + header.name, {},
                  "write it as 'Name: value'");
  auto state = std::make_unique<State>();
  state->options = options;
  state->origin = address->origin;
  auto context = client_context(options);
  if (!context) return context.error();
  state->context = std::move(*context);
  auto proxy = read_proxy(options, address->origin);
  if (!proxy) return proxy.error();
  state->proxy = std::move(*proxy);
  if (!options.user.empty()) {
    const auto password = read_secret(options.password_file);
    if (!password) return password.error();
    state->basic = "Basic " + base64(options.user + ":" + *password);
  }
  if (!options.bearer_token_file.empty()) {
    state->token.emplace(options.bearer_token_file);
    if (const auto token = state->token->token(); !token) return token.error();
  }
  return Client(std::move(state));
}

Result<rest::Response> Client::send(const rest::Request& request) {
  auto& s = *state_;
  const auto address = rest::split_url(request.url);
  if (!address) return address.error();
  if (address->origin != s.origin)
    return fail(Fault::internal, "a request to another server than the one that was opened",
                rest::to_string(address->origin));
  for (int attempt = 0;; ++attempt) {
    auto full = request;
    const auto authorization = s.authorization();
    if (!authorization) return authorization.error();
    if (!authorization->empty()) full.headers.push_back({"Authorization", *authorization});
    full.headers.insert(full.headers.end(), s.options.headers.begin(), s.options.headers.end());
    auto response = s.exchange(full, address->target);
    // The token may have been renewed while the request was on its way.
    const bool expired = response && response->status == 401 && s.token && attempt == 0;
    if (!expired) return response;
    const auto renewed = s.authorization();
    if (!renewed || *renewed == *authorization) return response;
  }
}

}  // namespace paraneo::net
