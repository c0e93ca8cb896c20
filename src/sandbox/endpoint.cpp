// Who may ask, and what. Entry point: Endpoint::handle().
#include "sandbox/endpoint.h"

#include "sandbox/answer.h"
#include "sandbox/body_form.h"
#include "sandbox/exchange.h"

namespace paraneo::sandbox {
namespace {

// Compares all of both, so that the time taken says nothing about the token.
bool same_secret(std::string_view a, std::string_view b) {
  unsigned difference = a.size() == b.size() ? 0U : 1U;
  for (std::size_t i = 0; i < a.size(); ++i)
    difference |= static_cast<unsigned>(a[i] ^ (b.empty() ? 'x' : b[i % b.size()]));
  return difference == 0;
}

// The host of the request goes into links: nothing but a host and a port.
std::string safe_host(std::string_view host) {
  constexpr std::size_t kHostCharsMax = 255;
  const auto fine = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("-.:[]").find(c) != std::string_view::npos;
  };
  for (const char c : host)
    if (!fine(c)) return "localhost";
  return host.empty() || host.size() > kHostCharsMax ? "localhost" : std::string(host);
}

}  // namespace

Endpoint::Endpoint(Store store, EndpointOptions options, const definition::Definitions& definitions,
                   const Clock& clock, Random& random, const Clock& stopwatch)
    : shared_(std::make_unique<Shared>(std::move(store), std::move(options), definitions, clock,
                                       random, stopwatch)) {}
Endpoint::~Endpoint() = default;

rest::Response Endpoint::handle(const net::ServerRequest& request) {
  auto response = answer_to(request);
  if (wants_xml(request)) make_xml(*shared_, response);
  return response;
}

rest::Response Endpoint::answer_to(const net::ServerRequest& request) {
  const auto& options = shared_->options;
  if (!options.bearer_token.empty() &&
      !same_secret(request.header("Authorization"), "Bearer " + options.bearer_token)) {
    auto response = refusal(401, "login", "a bearer token is needed, or this one is not right");
    response.headers.push_back({"WWW-Authenticate", "Bearer"});
    return response;
  }
  std::string_view relative = request.target;
  const auto after = relative.substr(std::min(relative.size(), options.path.size()));
  if (!relative.starts_with(options.path) ||
      !(after.empty() || after.starts_with('/') || after.starts_with('?')))
    return refusal(404, "not-found", "the FHIR endpoint is at " + options.path);
  relative = after;
  auto base = std::string(options.tls ? "https://" : "http://") +
              safe_host(request.header("Host")) + options.path;
  const auto end_ms = shared_->stopwatch.now_ms() + options.request_ms_max;
  Exchange exchange(*shared_, std::move(base), [this, &request, end_ms] {
    return shared_->stopwatch.now_ms() > end_ms || (request.is_abandoned && request.is_abandoned());
  });
  if (!has_xml_body(request)) return exchange.answer_to(request, relative);
  auto as_json = request;
  if (auto refused = make_json(*shared_, as_json)) return *refused;
  return exchange.answer_to(as_json, relative);
}

}  // namespace paraneo::sandbox
