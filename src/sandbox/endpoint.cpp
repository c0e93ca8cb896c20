// From an HTTP request to one interaction. Entry point: Endpoint::handle().
#include "sandbox/endpoint.h"

#include "base/arena.h"
#include "json/read.h"
#include "rest/url.h"
#include "sandbox/answer.h"

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
                   const Clock& clock, Random& random)
    : store_(std::move(store)), options_(std::move(options)), definitions_(definitions),
      clock_(clock), random_(random) {}

Endpoint::Call Endpoint::parse_call(std::string method, std::string_view relative) const {
  Call call;
  call.method = std::move(method);
  if (const auto question = relative.find('?'); question != std::string_view::npos) {
    call.query = relative.substr(question + 1);
    relative = relative.substr(0, question);
  }
  std::vector<std::string> parts;
  while (!relative.empty()) {
    const auto slash = relative.find('/');
    if (slash != 0) parts.push_back(percent_decoded(relative.substr(0, slash)));
    relative.remove_prefix(slash == std::string_view::npos ? relative.size() : slash + 1);
  }
  const auto is_operation = [](const std::string& part) {
    return part.starts_with('_') || part.starts_with('$') || part == "metadata";
  };
  std::size_t at = 0;
  if (at < parts.size() && !is_operation(parts[at])) call.type = parts[at++];
  if (at < parts.size() && !is_operation(parts[at])) call.id = parts[at++];
  if (at < parts.size()) call.operation = parts[at++];
  if (at < parts.size()) call.version = parts[at++];
  if (at < parts.size()) call.operation = "?";
  return call;
}

rest::Response Endpoint::handle(const net::ServerRequest& request) {
  const std::scoped_lock lock(mutex_);
  if (!options_.bearer_token.empty() &&
      !same_secret(request.header("Authorization"), "Bearer " + options_.bearer_token)) {
    auto response = refusal(401, "login", "a bearer token is needed, or this one is not right");
    response.headers.push_back({"WWW-Authenticate", "Bearer"});
    return response;
  }
  std::string_view relative = request.target;
  const auto after = relative.substr(std::min(relative.size(), options_.path.size()));
  if (!relative.starts_with(options_.path) ||
      !(after.empty() || after.starts_with('/') || after.starts_with('?')))
    return refusal(404, "not-found", "the FHIR endpoint is at " + options_.path);
  relative = after;
  base_ = std::string(options_.tls ? "https://" : "http://") + safe_host(request.header("Host")) +
          options_.path;
  auto call = parse_call(request.method, relative);
  call.if_match = request.header("If-Match");
  call.if_none_match = request.header("If-None-Match");
  call.if_none_exist = request.header("If-None-Exist");
  auto response = dispatch(call, request.body);
  const bool minimal = request.header("Prefer").find("return=minimal") != std::string_view::npos;
  if (minimal && request.method != "GET" && response.status < 300 && !call.type.empty() &&
      call.operation.empty())
    response.body.clear();
  return response;
}

rest::Response Endpoint::dispatch(Call& call, const std::string& body) {
  if (call.method == "POST" && call.operation == "_search") {
    call.method = "GET";
    call.operation.clear();
    call.query += (call.query.empty() ? "" : "&") + body;
  }
  if (call.method != "PUT" && call.method != "POST") return perform(call, {});
  const Source source{"the body", body};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, options_.limits, sink);
  if (root == nullptr) return refusal(400, sink);
  if (call.method == "POST" && call.type.empty() && call.operation.empty()) return bundle(*root);
  call.resource = root;
  if (const auto begun = store_.begin(); !begun) return refusal(begun.error());
  auto response = perform(call, {});
  if (response.status >= 300) {
    store_.roll_back();
  } else if (const auto committed = store_.commit(); !committed) {
    return refusal(committed.error());
  }
  return response;
}

rest::Response Endpoint::perform(const Call& call, const rest::References& references) {
  const bool get = call.method == "GET" || call.method == "HEAD";
  if (call.type.empty()) {
    if (get && call.operation == "metadata") return capabilities();
    if (get && call.operation == "$export") return begin_export(call);
    if (call.operation == "_export" && (get || call.method == "DELETE")) return show_export(call);
    if (get && call.operation == "_history") return history(call);
    if (get && call.query.starts_with("_page=")) return next_page(call.query.substr(6));
    return refusal(404, "not-supported", "the sandbox has no such system-wide interaction");
  }
  const auto type = definitions_.find_type(call.type);
  if (!rest::is_type_name(call.type) || type == 0 || !definitions_.is_resource(type) ||
      definitions_.type(type).abstract)
    return refusal(404, "not-found", "there is no such resource type in FHIR R4");
  if (!call.id.empty() && !rest::is_id(call.id))
    return refusal(400, "value", "an id has 1 to 64 of A-Z a-z 0-9 - .");
  if (get && call.operation == "_history")
    return call.version.empty() ? history(call) : read(call);
  if (get && call.operation == "$export" && call.type == "Patient" && call.id.empty())
    return begin_export(call);
  if (get && call.operation == "$everything" && call.type == "Patient" && !call.id.empty())
    return search(call);
  if (!call.operation.empty())
    return refusal(404, "not-supported", "the sandbox has no such operation");
  if (get) return call.id.empty() ? search(call) : read(call);
  if (!call.version.empty() && call.resource != nullptr &&
      call.resource->text_of("resourceType") == call.type)
    return store_as(call.version, call, references);
  if (call.method == "PUT" && call.id.empty()) return conditional_update(call, references);
  if (call.method == "PUT") return update(call, references);
  if (call.method == "POST" && call.id.empty()) return create(call, references);
  if (call.method == "DELETE" && !call.id.empty()) return remove(call);
  return refusal(405, "not-supported", "the sandbox does not do " + call.method + " here");
}

}  // namespace paraneo::sandbox
