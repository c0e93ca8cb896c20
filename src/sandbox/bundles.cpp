#include "sandbox/bundles.h"

#include <algorithm>
#include <set>

#include "json/write.h"
#include "rest/url.h"
#include "sandbox/answer.h"

namespace paraneo::sandbox {

namespace {

// The order in which a transaction is done, whatever the order of its entries.
int rank(const std::string& method) {
  if (method == "DELETE") return 0;
  if (method == "POST") return 1;
  if (method == "PUT") return 2;
  return 3;
}

std::string_view reason(int status) {
  switch (status) {
    case 200: return " OK";
    case 201: return " Created";
    case 204: return " No Content";
    case 304: return " Not Modified";
    case 400: return " Bad Request";
    case 404: return " Not Found";
    case 410: return " Gone";
    case 412: return " Precondition Failed";
    case 422: return " Unprocessable Entity";
    case 503: return " Service Unavailable";
    default: return "";
  }
}

void write_entry(json::Writer& writer, const rest::Response& response, bool is_read) {
  const bool failed = response.status >= 300;
  writer.begin_object();
  if (is_read && !failed && !response.body.empty()) {
    writer.key("resource");
    writer.raw(response.body);
  }
  writer.key("response");
  writer.begin_object();
  writer.key("status");
  writer.string(std::to_string(response.status) + std::string(reason(response.status)));
  if (const auto location = response.header("Location"); !location.empty()) {
    writer.key("location");
    writer.string(location);
  }
  if (const auto tag = response.header("ETag"); !tag.empty()) {
    writer.key("etag");
    writer.string(tag);
  }
  if (failed && !response.body.empty()) {
    writer.key("outcome");
    writer.raw(response.body);
  }
  writer.end_object();
  writer.end_object();
}

// Status 0: the entries have their answers.
rest::Response nothing_wrong() {
  rest::Response done;
  done.status = 0;
  return done;
}

}  // namespace

rest::Response Bundles::answer_to(const json::Value& root) {
  const auto type = root.text_of("type");
  const bool is_transaction = type == "transaction";
  if (root.text_of("resourceType") != "Bundle" || (!is_transaction && type != "batch"))
    return refusal(400, "invalid", "POST to the base takes a Bundle of type transaction or batch");
  std::vector<Entry> entries;
  if (auto refused = read(root, entries); refused.status != 0) return refused;
  if (auto failed = is_transaction ? atomic(entries) : batch(entries); failed.status != 0)
    return failed;
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  writer.key("resourceType");
  writer.string("Bundle");
  writer.key("type");
  writer.string(is_transaction ? "transaction-response" : "batch-response");
  writer.key("entry");
  writer.begin_array();
  for (const auto& entry : entries) write_entry(writer, entry.response, entry.call.method == "GET");
  writer.end_array();
  writer.end_object();
  return answer(200, std::move(body));
}

rest::Response Bundles::read(const json::Value& root, std::vector<Entry>& entries) const {
  const auto* list = root.find("entry");
  const auto items = list == nullptr ? std::span<const json::Value>() : list->items();
  if (items.size() > context_.shared.options.bundle_entries_max)
    return refusal(413, "too-costly", "the Bundle has more entries than the sandbox takes");
  for (const auto& item : items) {
    const auto* request = item.find("request");
    if (request == nullptr)
      return refusal(400, "required", "an entry has no request",
                     "Bundle.entry[" + std::to_string(entries.size()) + "].request");
    Entry entry;
    auto url = request->text_of("url");
    if (url.starts_with(context_.base + "/")) url.remove_prefix(context_.base.size() + 1);
    entry.call = parse_call(std::string(request->text_of("method")), url);
    entry.call.resource = item.find("resource");
    entry.call.if_match = request->text_of("ifMatch");
    entry.call.if_none_match = request->text_of("ifNoneMatch");
    entry.call.if_none_exist = request->text_of("ifNoneExist");
    entry.full_url = item.text_of("fullUrl");
    entries.push_back(std::move(entry));
  }
  return nothing_wrong();
}

rest::Response Bundles::atomic(std::vector<Entry>& entries) {
  context_.store.begin();
  auto failed = transaction(entries);
  if (failed.status != 0) {
    context_.store.roll_back();
    return failed;
  }
  const auto committed = context_.store.commit();
  return committed ? nothing_wrong() : refusal(committed.error());
}

rest::Response Bundles::batch(std::vector<Entry>& entries) {
  for (auto& entry : entries) {
    context_.store.begin();
    entry.response = interactions_.perform(entry.call, {});
    if (entry.response.status >= 300) context_.store.roll_back();
    else if (const auto committed = context_.store.commit(); !committed)
      return refusal(committed.error());
  }
  return nothing_wrong();
}

// What references inside the transaction will be called. A POST becomes a PUT under its new id,
// or, when its condition finds something, a read of that.
Result<rest::References> Bundles::assign_ids(std::vector<Entry>& entries) {
  rest::References references;
  for (auto& entry : entries) {
    auto& call = entry.call;
    if (!call.operation.empty() || call.type.empty()) continue;
    const bool conditional = (call.method == "POST" && !call.if_none_exist.empty()) ||
                             (call.method == "PUT" && call.id.empty());
    std::string id = call.id;
    if (conditional) {
      const auto matches = interactions_.writes().find_matches(
          call.type, call.method == "POST" ? call.if_none_exist : call.query);
      if (!matches) return matches.error();
      if (matches->size() > 1)
        return fail(ErrorCode::condition_ambiguous, "the condition of an entry finds several");
      if (matches->size() == 1) id = matches->front().id;
    }
    if (!entry.full_url.starts_with("urn:")) continue;
    if (id.empty() && call.resource != nullptr) {
      // Known now, so that others can refer to it before it is written.
      const std::string own(call.method == "PUT" ? call.resource->text_of("id") : "");
      id = rest::is_id(own) ? own : new_id(context_.shared.random);
      call.version = id;
    }
    if (!id.empty()) references.emplace(entry.full_url, call.type + "/" + id);
  }
  return references;
}

rest::Response Bundles::transaction(std::vector<Entry>& entries) {
  std::set<std::string> targets;
  for (const auto& entry : entries) {
    const auto& call = entry.call;
    if (call.method != "GET" && !call.id.empty() &&
        !targets.insert(call.type + "/" + call.id).second)
      return refusal(400, "invalid", "the transaction writes one resource twice");
  }
  const auto references = assign_ids(entries);
  if (!references)
    return references.error().fault == Fault::conflict
               ? refusal(412, "multiple-matches", references.error().what)
               : refusal(references.error());
  std::vector<std::size_t> order(entries.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return rank(entries[a].call.method) < rank(entries[b].call.method);
  });
  for (const auto at : order) {
    auto& entry = entries[at];
    entry.response = interactions_.perform(entry.call, *references);
    if (entry.response.status >= 400) {
      auto failed = entry.response;
      const auto place = "Bundle.entry[" + std::to_string(at) + "]";
      if (const auto begin = failed.body.find("\"diagnostics\":\""); begin != std::string::npos)
        failed.body.insert(begin + 15, place + ": ");
      return failed;
    }
  }
  return nothing_wrong();
}

}  // namespace paraneo::sandbox
