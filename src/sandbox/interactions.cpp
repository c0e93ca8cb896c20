#include "sandbox/interactions.h"

#include "rest/url.h"
#include "sandbox/answer.h"
#include "sandbox/capabilities.h"

namespace paraneo::sandbox {
namespace {

bool is_get(const Call& call) { return call.method == "GET" || call.method == "HEAD"; }

}  // namespace

rest::Response Interactions::perform_of_system(const Call& call) {
  const bool get = is_get(call);
  if (get && call.operation == "metadata")
    return answer(200, capability_statement(context_.shared, context_.base));
  if (get && call.operation == "$export") return exports_.begin(call);
  if (call.operation == "_export" && (get || call.method == "DELETE")) return exports_.show(call);
  if (get && call.operation == "_history") return reads_.history(call);
  if (get && call.query.starts_with("_page="))
    return reads_.next_page(call.query.substr(6, call.query.find('&') - 6));
  return refusal(404, "not-supported", "the sandbox has no such system-wide interaction");
}

rest::Response Interactions::perform(const Call& call, const rest::References& references) {
  const bool get = is_get(call);
  if (call.type.empty()) return perform_of_system(call);
  const auto type = context_.shared.definitions.find_type(call.type);
  if (!rest::is_type_name(call.type) || type == 0 ||
      !context_.shared.definitions.is_resource(type) ||
      context_.shared.definitions.type(type).abstract)
    return refusal(404, "not-found", "there is no such resource type in FHIR R4");
  if (!call.id.empty() && !rest::is_id(call.id))
    return refusal(400, "value", "an id has 1 to 64 of A-Z a-z 0-9 - .");
  if (get && call.operation == "_history")
    return call.version.empty() ? reads_.history(call) : reads_.read(call);
  if (get && call.operation == "$export" && call.type == "Patient" && call.id.empty())
    return exports_.begin(call);
  if (get && call.operation == "$everything" && call.type == "Patient" && !call.id.empty())
    return reads_.search(call);
  if (!call.operation.empty())
    return refusal(404, "not-supported", "the sandbox has no such operation");
  if (get) return call.id.empty() ? reads_.search(call) : reads_.read(call);
  if (!call.version.empty() && call.resource != nullptr &&
      call.resource->text_of("resourceType") == call.type)
    return writes_.store_as(call.version, call, references);
  if (call.method == "PUT" && call.id.empty()) return writes_.conditional_update(call, references);
  if (call.method == "PUT") return writes_.update(call, references);
  if (call.method == "POST" && call.id.empty()) return writes_.create(call, references);
  if (call.method == "DELETE" && !call.id.empty()) return writes_.remove(call);
  return refusal(405, "not-supported", "the sandbox does not do " + call.method + " here");
}

}  // namespace paraneo::sandbox
