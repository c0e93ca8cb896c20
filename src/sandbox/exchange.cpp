// From a request to one interaction. Entry point: Exchange::answer_to().
#include "sandbox/exchange.h"

#include "base/arena.h"
#include "base/percent.h"
#include "json/read.h"
#include "rest/url.h"
#include "sandbox/answer.h"

namespace paraneo::sandbox {

Exchange::Exchange(Shared& shared, std::string base, std::function<bool()> is_over)
    : shared_(shared), base_(std::move(base)),
      store_(shared.store, shared.turns, std::move(is_over)) {}

rest::Response Exchange::answer_to(const net::ServerRequest& request, std::string_view relative) {
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

Exchange::Call Exchange::parse_call(std::string method, std::string_view relative) const {
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

rest::Response Exchange::dispatch(Call& call, const std::string& body) {
  if (call.method == "POST" && call.operation == "_search") {
    call.method = "GET";
    call.operation.clear();
    call.query += (call.query.empty() ? "" : "&") + body;
  }
  if (call.method != "PUT" && call.method != "POST") return perform(call, {});
  const Source source{"the body", body};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, shared_.options.limits, sink);
  if (root == nullptr) return refusal(400, sink);
  if (call.method == "POST" && call.type.empty() && call.operation.empty()) return bundle(*root);
  call.resource = root;
  store_.begin();
  auto response = perform(call, {});
  if (response.status >= 300) {
    store_.roll_back();
  } else if (const auto committed = store_.commit(); !committed) {
    return refusal(committed.error());
  }
  return response;
}

rest::Response Exchange::perform(const Call& call, const rest::References& references) {
  const bool get = call.method == "GET" || call.method == "HEAD";
  if (call.type.empty()) {
    if (get && call.operation == "metadata") return capabilities();
    if (get && call.operation == "$export") return begin_export(call);
    if (call.operation == "_export" && (get || call.method == "DELETE")) return show_export(call);
    if (get && call.operation == "_history") return history(call);
    if (get && call.query.starts_with("_page="))
      return next_page(call.query.substr(6, call.query.find('&') - 6));
    return refusal(404, "not-supported", "the sandbox has no such system-wide interaction");
  }
  const auto type = shared_.definitions.find_type(call.type);
  if (!rest::is_type_name(call.type) || type == 0 || !shared_.definitions.is_resource(type) ||
      shared_.definitions.type(type).abstract)
    return refusal(404, "not-found", "there is no such resource type in FHIR R4");
  if (!call.id.empty() && !rest::is_id(call.id))
    return refusal(400, "value", "an id has 1 to 64 of A-Z a-z 0-9 - .");
  if (get && call.operation == "_history") return call.version.empty() ? history(call) : read(call);
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
