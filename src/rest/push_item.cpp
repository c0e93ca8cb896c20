// Entry point: plan_push().
#include "rest/push_item.h"

#include <algorithm>
#include <set>

#include "base/arena.h"
#include "base/locator.h"
#include "diag/diagnostic.h"
#include "json/read.h"
#include "rest/request_head.h"
#include "rest/rewrite.h"
#include "rest/subset.h"
#include "rest/url.h"

namespace paraneo::rest {
namespace {

constexpr std::string_view kUrnUuid = "urn:uuid:";

struct Draft {
  PushEntry entry;
  const json::Value* resource = nullptr;
};

Error refuse(const std::string& place, std::string what, std::string advice) {
  return fail(ErrorCode::entry_refused, std::move(what), place, std::move(advice));
}

Result<void> check_whole(const std::string& place, const json::Value& resource) {
  if (!is_subset(resource)) return {};
  return refuse(
      place,
      "the resource is only a part of one (its tag SUBSETTED says so): what it leaves out would be "
      "lost on the server",
      "fetch it whole, without _elements and _summary");
}

// What goes into request lines and headers.
Result<void> check_request(const PushEntry& entry, const json::Value& request) {
  for (const auto* name : {"method", "url", "ifNoneExist", "ifMatch", "ifNoneMatch"})
    if (!can_be_query(request.text_of(name)))
      return refuse(
          entry.place,
          "request." + std::string(name) +
              " holds a control character or a percent sign without two digits, which no HTTP "
              "request can carry [" +
              std::string(kRequestSyntax) + "]",
          "correct the entry; if it came from somebody else, ask where from");
  return {};
}

// Where a value stands, for people.
std::string place_of(Locator& text, const json::Value& value) {
  const auto at = text.at(value.offset);
  return text.source().name + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

Result<PushEntry> plain_entry(Locator& text, const json::Value& resource) {
  PushEntry entry;
  entry.place = place_of(text, resource);
  entry.type = resource.text_of("resourceType");
  entry.id = resource.text_of("id");
  if (!is_type_name(entry.type))
    return refuse(entry.place, "this is not a FHIR resource: it has no resourceType",
                  "push FHIR resources, bundles or NDJSON of them");
  if (entry.id.empty())
    return refuse(entry.place, "the resource has no id, so pushing it twice would make two of it",
                  "give it an id, or put it into a transaction under a urn:uuid fullUrl");
  if (!is_id(entry.id))
    return refuse(entry.place, "the id of the resource is not a FHIR id",
                  "use 1 to 64 of A-Z a-z 0-9 - .");
  if (const auto whole = check_whole(entry.place, resource); !whole) return whole.error();
  return entry;
}

struct RequestUrl {
  std::string type;
  std::string id;
  std::string criteria;
};

RequestUrl split_request_url(std::string_view url) {
  RequestUrl parts;
  const auto query = url.find('?');
  if (query != std::string_view::npos) parts.criteria = url.substr(query + 1);
  url = url.substr(0, query);
  const auto slash = url.find('/');
  parts.type = url.substr(0, slash);
  if (slash != std::string_view::npos) parts.id = url.substr(slash + 1);
  return parts;
}

Result<void> read_put(Draft& draft, const RequestUrl& url) {
  auto& entry = draft.entry;
  const auto own_id = draft.resource->text_of("id");
  if (!url.criteria.empty()) {
    entry.write = Write::conditional_put;
    entry.criteria = *encoded_query(url.criteria);
    return {};
  }
  entry.id = url.id;
  if (!is_id(entry.id) || (!own_id.empty() && own_id != entry.id))
    return refuse(entry.place, "request.url and the id of the resource do not agree",
                  "write request.url as " + entry.type + "/ID with the resource's own id");
  return {};
}

Result<void> read_post(Draft& draft, std::string_view if_none_exist) {
  auto& entry = draft.entry;
  if (!if_none_exist.empty()) {
    entry.write = Write::conditional_create;
    entry.criteria =
        *encoded_query(if_none_exist.starts_with('?') ? if_none_exist.substr(1) : if_none_exist);
    return {};
  }
  const std::string_view full_url = entry.full_url;
  const auto uuid = full_url.starts_with(kUrnUuid) ? full_url.substr(kUrnUuid.size()) : "";
  entry.id = uuid.empty() ? draft.resource->text_of("id") : uuid;
  if (!is_id(entry.id))
    return refuse(entry.place,
                  "a POST without urn:uuid fullUrl or id would make a second copy when "
                  "it is pushed again",
                  "write the entry as PUT " + entry.type + "/ID, or give it a urn:uuid fullUrl");
  return {};
}

Result<Draft> read_entry(Locator& text, const json::Value& value, bool requests_count) {
  Draft draft;
  auto& entry = draft.entry;
  entry.place = place_of(text, value);
  entry.full_url = value.text_of("fullUrl");
  draft.resource = value.find("resource");
  const auto* request = requests_count ? value.find("request") : nullptr;
  if (request == nullptr) {
    if (draft.resource == nullptr || !draft.resource->is_object())
      return refuse(entry.place, "the entry has no resource", "remove the entry or complete it");
    const bool has_id = draft.resource->find("id") != nullptr;
    if (!has_id && entry.full_url.starts_with(kUrnUuid)) {
      entry.type = draft.resource->text_of("resourceType");
      if (const auto read = read_post(draft, {}); !read) return read.error();
    } else {
      auto plain = plain_entry(text, *draft.resource);
      if (!plain) return plain.error();
      plain->full_url = entry.full_url;
      entry = std::move(*plain);
    }
    return draft;
  }
  if (const auto sound = check_request(entry, *request); !sound) return sound.error();
  const auto method = request->text_of("method");
  const auto url = split_request_url(request->text_of("url"));
  entry.type = url.type;
  if (method == "DELETE" && is_type_name(url.type) && is_id(url.id) && url.criteria.empty()) {
    entry.write = Write::remove;
    entry.id = url.id;
    return draft;
  }
  if (method != "PUT" && method != "POST")
    return refuse(entry.place,
                  "the entry asks for " + std::string(method) +
                      ", which push does not do: it writes whole resources",
                  "use PUT Type/ID, POST with a urn:uuid fullUrl, or DELETE Type/ID");
  if (draft.resource == nullptr || !draft.resource->is_object() || !is_type_name(url.type) ||
      draft.resource->text_of("resourceType") != url.type)
    return refuse(entry.place, "request.url names another type than the resource has, or none",
                  "write request.url as TYPE/ID");
  if (const auto whole = check_whole(entry.place, *draft.resource); !whole) return whole.error();
  const auto read =
      method == "PUT" ? read_put(draft, url) : read_post(draft, request->text_of("ifNoneExist"));
  if (!read) return read.error();
  return draft;
}

bool refers_to(const json::Value& value, const std::set<std::string, std::less<>>& urls) {
  if (value.is_string()) return urls.contains(value.text());
  return std::any_of(value.items().begin(), value.items().end(),
                     [&](const json::Value& item) { return refers_to(item, urls); }) ||
         std::any_of(value.members().begin(), value.members().end(),
                     [&](const json::Member& member) { return refers_to(member.value, urls); });
}

// A reference to what is not pushed would lead nowhere; so would one to what is left out for that.
void refuse_dependents(std::vector<Draft>& drafts, std::set<std::string, std::less<>> urls,
                       std::vector<Error>& refused) {
  for (bool more = !urls.empty(); more;) {
    more = false;
    std::erase_if(drafts, [&](const Draft& draft) {
      if (draft.resource == nullptr || !refers_to(*draft.resource, urls)) return false;
      refused.push_back(refuse(draft.entry.place, "the entry refers to one that was refused",
                               "correct that one"));
      if (draft.entry.full_url.starts_with("urn:"))
        more = urls.insert(draft.entry.full_url).second || more;
      return true;
    });
  }
}

Result<PushItem> plan_bundle(Locator& text, const json::Value& bundle) {
  const auto type = bundle.text_of("type");
  PushItem item;
  item.transaction = type == "transaction";
  if (!item.transaction && type != "batch" && type != "collection" && type != "document" &&
      type != "searchset")
    return refuse(place_of(text, bundle),
                  "a Bundle of type \"" + std::string(type.substr(0, 40)) + "\" cannot be pushed",
                  "push a transaction, batch, collection, document or searchset");
  const auto* entries = bundle.find("entry");
  std::vector<Draft> drafts;
  References references;
  std::set<std::string> targets;
  std::set<std::string, std::less<>> refused;  // fullUrl
  for (const auto& value : entries == nullptr ? std::span<const json::Value>() : entries->items()) {
    auto draft = read_entry(text, value, item.transaction || type == "batch");
    if (!draft && item.transaction) return draft.error();
    if (!draft) {
      item.refused.push_back(draft.error());
      if (const auto url = value.text_of("fullUrl"); url.starts_with("urn:")) refused.emplace(url);
      continue;
    }
    auto& entry = draft->entry;
    if (!entry.id.empty() && !targets.insert(entry.target()).second)
      return refuse(entry.place, "the Bundle writes " + entry.target() + " twice",
                    "keep one of the two");
    if (entry.full_url.starts_with("urn:") && !entry.id.empty())
      references.emplace(entry.full_url, entry.target());
    drafts.push_back(std::move(*draft));
  }
  refuse_dependents(drafts, std::move(refused), item.refused);
  for (auto& draft : drafts) {
    if (draft.entry.write != Write::remove)
      draft.entry.resource = resource_text(*draft.resource, draft.entry.id, references);
    item.entries.push_back(std::move(draft.entry));
  }
  return item;
}

}  // namespace

Result<PushItem> plan_push(const Source& text, const Limits& limits) {
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(text, arena, limits, sink);
  if (root == nullptr || !root->is_object()) {
    std::string where = text.name + ":" + std::to_string(text.first_line);
    std::string what = "this is not a JSON object";
    if (!sink.all().empty()) {
      const auto& first = sink.all().front();
      const auto at = locate(text, first.span.begin);
      where = text.name + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
      what = "this is not JSON: " + first.message;
    }
    return fail(ErrorCode::entry_refused, what, where,
                "push FHIR resources, bundles or NDJSON of them");
  }
  Locator places(text);
  if (root->text_of("resourceType") == "Bundle") {
    // A Bundle without the kind of entries that can be written one by one is a resource as others.
    const auto type = root->text_of("type");
    if (type != "message" && type != "history") return plan_bundle(places, *root);
  }
  auto entry = plain_entry(places, *root);
  if (!entry) return entry.error();
  entry->resource = resource_text(*root, entry->id, {});
  PushItem item;
  item.entries.push_back(std::move(*entry));
  return item;
}

}  // namespace paraneo::rest
