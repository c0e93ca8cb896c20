#include "rest/write_request.h"

#include "base/arena.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "json/read.h"
#include "json/write.h"
#include "rest/request_head.h"
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

// "201 Created" -> 201; 0 when there is none.
int status_of(const json::Value& response) {
  const auto status = response.text_of("status");
  if (status.size() < 3) return 0;
  int number = 0;
  for (const char c : status.substr(0, 3)) {
    if (c < '0' || c > '9') return 0;
    number = number * 10 + (c - '0');
  }
  return number;
}

std::string etag_of(const json::Value& resource) {
  const auto* meta = resource.find("meta");
  return etag_of_version(meta == nullptr ? std::string_view() : meta->text_of("versionId"));
}

// ".../Patient/1/_history/3" -> W/"3"
std::string etag_of_location(std::string_view location) {
  constexpr std::string_view kHistory = "/_history/";
  const auto at = location.rfind(kHistory);
  return at == std::string_view::npos ? std::string()
                                      : etag_of_version(location.substr(at + kHistory.size()));
}

// Two ETags of one version stay as the server writes them: some compare the letters.
std::string surer(const std::string& said, const std::string& own) {
  return own.empty() || version_of_etag(said) == version_of_etag(own) ? said : own;
}

std::string target_of(const json::Value& resource) {
  return target_in(std::string(resource.text_of("resourceType")) + "/" +
                   std::string(resource.text_of("id")));
}

EntryAnswer answer_of(const json::Value& entry) {
  EntryAnswer answer;
  if (const auto* response = entry.find("response"); response != nullptr) {
    answer.status = status_of(*response);
    answer.etag = response->text_of("etag");
    if (answer.etag.empty()) answer.etag = etag_of_location(response->text_of("location"));
    answer.target = target_in(response->text_of("location"));
  }
  const auto* resource = entry.find("resource");
  if (resource == nullptr || !resource->is_object() ||
      resource->text_of("resourceType") == "OperationOutcome")
    return answer;
  json::Writer(answer.resource).value(*resource);
  // The resource itself is surer than what stands around it.
  answer.etag = surer(answer.etag, etag_of(*resource));
  if (auto own = target_of(*resource); !own.empty()) answer.target = std::move(own);
  return answer;
}

// It would become the If-Match of the next write.
EntryAnswer checked(EntryAnswer answer) {
  if (is_field_value(answer.etag)) return answer;
  EntryAnswer malformed;
  malformed.malformed = true;
  return malformed;
}

}  // namespace

Request get_request(const std::string& base, const std::string& path) {
  Request request;
  request.url = base + "/" + path;
  // HAPI answers a repeated search from memory for a minute unless told not to.
  request.headers = {{"Accept", std::string(kFhirJson)}, {"Cache-Control", "no-cache"}};
  return request;
}

Request read_request(const std::string& base, const PushEntry& entry) {
  return get_request(base, read_path(entry));
}

Request batch_read_request(const std::string& base, const std::vector<const PushEntry*>& entries) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  writer.key("resourceType");
  writer.string("Bundle");
  writer.key("type");
  writer.string("batch");
  writer.key("entry");
  writer.begin_array();
  for (const auto* entry : entries) {
    writer.begin_object();
    writer.key("request");
    writer.begin_object();
    writer.key("method");
    writer.string("GET");
    writer.key("url");
    writer.string(read_path(*entry));
    writer.end_object();
    writer.end_object();
  }
  writer.end_array();
  writer.end_object();
  auto request = json_request(Method::post, base, std::move(body));
  request.headers.push_back({"Cache-Control", "no-cache"});
  return request;
}

Request write_request(const std::string& base, const Sending& sending) {
  const auto& entry = *sending.entry;
  auto request = json_request(Method::put, base + "/" + read_path(entry), entry.resource);
  if (entry.write == Write::remove) {
    request.method = Method::del;
  } else if (entry.write == Write::conditional_create) {
    request.method = Method::post;
    request.url = base + "/" + entry.type;
    request.headers.push_back({"If-None-Exist", entry.criteria});
    request.idempotent = false;
  }
  if (!sending.etag.empty() && entry.write == Write::put)
    request.headers.push_back({"If-Match", std::string(sending.etag)});
  else if (sending.only_new && entry.write == Write::put)
    request.headers.push_back({"If-None-Match", "*"});
  return request;
}

namespace {

Request bundle_request(const std::string& base, std::string_view type,
                       const std::vector<Sending>& all) {
  std::string body;
  bool idempotent = true;
  json::Writer writer(body);
  writer.begin_object();
  writer.key("resourceType");
  writer.string("Bundle");
  writer.key("type");
  writer.string(type);
  writer.key("entry");
  writer.begin_array();
  for (const auto& sending : all) {
    const auto& entry = *sending.entry;
    writer.begin_object();
    if (entry.write != Write::remove) {
      // HAPI with validation wants a fullUrl on every entry.
      writer.key("fullUrl");
      writer.string(entry.full_url.empty() ? base + "/" + entry.target() : entry.full_url);
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
    } else if (!sending.etag.empty() && entry.write == Write::put) {
      writer.key("ifMatch");
      writer.string(sending.etag);
    } else if (sending.only_new && entry.write == Write::put) {
      writer.key("ifNoneMatch");
      writer.string("*");
    }
    writer.end_object();
    writer.end_object();
  }
  writer.end_array();
  writer.end_object();
  auto request = json_request(Method::post, base, std::move(body));
  request.idempotent = idempotent;
  return request;
}

}  // namespace

Request transaction_request(const std::string& base, const std::vector<Sending>& all) {
  return bundle_request(base, "transaction", all);
}

Request batch_write_request(const std::string& base, const std::vector<Sending>& all) {
  return bundle_request(base, "batch", all);
}

std::vector<EntryAnswer> read_answers(std::string text, const Limits& limits) {
  const Source source{"answer", std::move(text)};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, limits, sink);
  const auto* entries = root == nullptr ? nullptr : root->find("entry");
  std::vector<EntryAnswer> answers;
  if (entries == nullptr || root->text_of("resourceType") != "Bundle") return answers;
  for (const auto& entry : entries->items()) answers.push_back(checked(answer_of(entry)));
  return answers;
}

std::string etag_of_version(std::string_view version) {
  return version.empty() ? std::string() : "W/\"" + std::string(version) + "\"";
}

std::string version_of_etag(std::string_view etag) {
  if (etag.starts_with("W/") || etag.starts_with("w/")) etag.remove_prefix(2);
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"')
    etag = etag.substr(1, etag.size() - 2);
  return std::string(etag);
}

Result<std::string> etag_of_resource(const std::string& text, const Limits& limits) {
  const Source source{"resource", text};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, limits, sink);
  auto etag = root == nullptr ? std::string() : etag_of(*root);
  if (!is_field_value(etag)) return malformed_version({});
  return etag;
}

Result<std::string> etag_of_read(const std::string& etag, const std::string& text,
                                 const Limits& limits) {
  auto own = etag_of_resource(text, limits);
  if (etag.empty()) return own;
  return own ? surer(etag, *own) : etag;
}

std::string target_of_resource(const std::string& text, const Limits& limits) {
  const Source source{"resource", text};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, limits, sink);
  return root == nullptr ? std::string() : target_of(*root);
}

Error malformed_version(const std::string& where) {
  return fail(ErrorCode::answer_malformed,
              "the server gives a version that holds a character which HTTP does not allow [" +
                  std::string(kResponseSyntax) + "]",
              where, "it is not used; report it to the server's operators");
}

}  // namespace paraneo::rest
