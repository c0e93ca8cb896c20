// The requests of a push.
#include "json/write.h"
#include "rest/push_group.h"
#include "rest/url.h"

namespace paraneo::rest {
namespace {

bool is_conditional(const PushEntry& entry) {
  return entry.id.empty() &&
         (entry.write == Write::conditional_put || entry.write == Write::conditional_create);
}

// Relative to the base.
std::string read_path(const PushEntry& entry) {
  return is_conditional(entry) ? entry.type + "?" + entry.criteria : entry.target();
}

Request json_request(Method method, std::string url, std::string body) {
  Request request;
  request.method = method;
  request.url = std::move(url);
  request.body = std::move(body);
  request.headers = {{"Content-Type", std::string(kFhirJson)}, {"Accept", std::string(kFhirJson)}};
  return request;
}

std::string_view method_of(const PushEntry& entry) {
  if (entry.write == Write::remove) return "DELETE";
  return entry.write == Write::conditional_create ? "POST" : "PUT";
}

}  // namespace

Request Push::get(const std::string& path) const {
  Request request;
  request.url = options_.base + "/" + path;
  // HAPI answers a repeated search from memory for a minute unless told not to.
  request.headers = {{"Accept", std::string(kFhirJson)}, {"Cache-Control", "no-cache"}};
  return request;
}

Request Push::read_request(const Slot& slot) const { return get(read_path(slot.entry)); }

Request Push::batch_read_request(const Group& group) const {
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  writer.key("resourceType");
  writer.string("Bundle");
  writer.key("type");
  writer.string("batch");
  writer.key("entry");
  writer.begin_array();
  for (const auto& slot : group.slots) {
    if (slot.state != SlotState::unread) continue;
    writer.begin_object();
    writer.key("request");
    writer.begin_object();
    writer.key("method");
    writer.string("GET");
    writer.key("url");
    writer.string(read_path(slot.entry));
    writer.end_object();
    writer.end_object();
  }
  writer.end_array();
  writer.end_object();
  auto request = json_request(Method::post, options_.base, std::move(body));
  request.headers.push_back({"Cache-Control", "no-cache"});
  return request;
}

Request Push::write_request(const Slot& slot) const {
  const auto& entry = slot.entry;
  auto request = json_request(Method::put, options_.base + "/" + read_path(entry), entry.resource);
  if (entry.write == Write::remove) {
    request.method = Method::del;
  } else if (entry.write == Write::conditional_create) {
    request.method = Method::post;
    request.url = options_.base + "/" + entry.type;
    request.headers.push_back({"If-None-Exist", entry.criteria});
    request.idempotent = false;
  }
  if (!slot.etag.empty() && entry.write == Write::put) request.headers.push_back({"If-Match", slot.etag});
  return request;
}

Request Push::transaction_request(const Group& group) const {
  std::string body;
  bool idempotent = true;
  json::Writer writer(body);
  writer.begin_object();
  writer.key("resourceType");
  writer.string("Bundle");
  writer.key("type");
  writer.string("transaction");
  writer.key("entry");
  writer.begin_array();
  for (const auto& slot : group.slots) {
    if (slot.state != SlotState::to_write) continue;
    const auto& entry = slot.entry;
    writer.begin_object();
    if (entry.write != Write::remove) {
      // HAPI with validation wants a fullUrl on every entry.
      writer.key("fullUrl");
      writer.string(entry.full_url.empty() ? options_.base + "/" + entry.target() : entry.full_url);
      writer.key("resource");
      writer.raw(entry.resource);
    }
    writer.key("request");
    writer.begin_object();
    writer.key("method");
    writer.string(method_of(entry));
    writer.key("url");
    writer.string(entry.write == Write::conditional_create ? entry.type : read_path(entry));
    if (entry.write == Write::conditional_create) {
      writer.key("ifNoneExist");
      writer.string(entry.criteria);
      idempotent = false;
    } else if (!slot.etag.empty() && entry.write == Write::put) {
      writer.key("ifMatch");
      writer.string(slot.etag);
    }
    writer.end_object();
    writer.end_object();
  }
  writer.end_array();
  writer.end_object();
  auto request = json_request(Method::post, options_.base, std::move(body));
  request.idempotent = idempotent;
  return request;
}

}  // namespace paraneo::rest
