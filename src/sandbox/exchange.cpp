#include "sandbox/exchange.h"

#include "base/arena.h"
#include "json/read.h"
#include "sandbox/answer.h"

namespace paraneo::sandbox {

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

rest::Response Exchange::dispatch(Call& call, const std::string& body) {
  if (call.method == "POST" && call.operation == "_search") {
    call.method = "GET";
    call.operation.clear();
    call.query += (call.query.empty() ? "" : "&") + body;
  }
  if (call.method != "PUT" && call.method != "POST") return interactions_.perform(call, {});
  const Source source{"the body", body};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, context_.shared.options.limits, sink);
  if (root == nullptr) return refusal(400, sink);
  if (call.method == "POST" && call.type.empty() && call.operation.empty())
    return bundles_.answer_to(*root);
  call.resource = root;
  context_.store.begin();
  auto response = interactions_.perform(call, {});
  if (response.status >= 300) {
    context_.store.roll_back();
  } else if (const auto committed = context_.store.commit(); !committed) {
    return refusal(committed.error());
  }
  return response;
}

}  // namespace paraneo::sandbox
