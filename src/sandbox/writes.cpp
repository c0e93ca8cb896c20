#include "sandbox/writes.h"

#include <algorithm>

#include "base/arena.h"
#include "element/element.h"
#include "format/json.h"
#include "json/read.h"
#include "rest/url.h"
#include "sandbox/answer.h"
#include "sandbox/query.h"

namespace paraneo::sandbox {
namespace {

// Weak or strong, with or without quotes.
std::string version_of(std::string_view etag) {
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"')
    etag = etag.substr(1, etag.size() - 2);
  return std::string(etag);
}

// If-Match (RFC 9110 13.1.1): * is any version that is there; a list, one of them.
bool names_version(std::string_view tags, std::int64_t version) {
  if (tags == "*") return true;
  while (!tags.empty()) {
    auto tag = tags.substr(0, tags.find(','));
    tags.remove_prefix(std::min(tags.size(), tag.size() + 1));
    while (!tag.empty() && tag.front() == ' ') tag.remove_prefix(1);
    while (!tag.empty() && tag.back() == ' ') tag.remove_suffix(1);
    if (version_of(tag) == std::to_string(version)) return true;
  }
  return false;
}

std::optional<rest::Response> refuse_by_version(const std::optional<Version>& current,
                                                const std::string& if_match,
                                                const std::string& if_none_match) {
  const bool there = current && !current->deleted;
  if (!if_match.empty() && (!there || !names_version(if_match, current->version)))
    return refusal(412, "conflict", "the resource has another version than If-Match says");
  if (if_none_match == "*" && there)
    return refusal(412, "conflict", "the resource is there already (If-None-Match: *)");
  return std::nullopt;
}

}  // namespace

rest::Response Writes::store_as(const std::string& id, const Call& call,
                                const rest::References& references) {
  const Source source{"the resource", rest::resource_text(*call.resource, id, references)};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, context_.shared.options.limits, sink);
  if (root != nullptr)
    static_cast<void>(
        format::read_json(context_.shared.definitions, *root, source, {}, arena, sink));
  if (root == nullptr || !sink.ok()) return refusal(422, sink);

  const auto current = context_.store.find(call.type, id);
  if (!current) return refusal(current.error());
  if (auto refused = refuse_by_version(*current, call.if_match, call.if_none_match))
    return *refused;

  const bool there = *current && !(*current)->deleted;
  if (there) {
    const Source old{"stored", (*current)->body};
    const auto* old_root = json::read(old, arena, context_.shared.options.limits, sink);
    if (old_root != nullptr && stamped(*old_root, {}, {}) == stamped(*root, {}, {}))
      return answer(200, **current);
  }
  Version version{
      call.type, id, *current ? (*current)->version + 1 : 1, false, context_.shared.clock.now_ms(),
      {}};
  version.body = stamped(*root, std::to_string(version.version), instant(version.updated_ms));
  if (const auto stored = context_.store.put(version, index_of(*root)); !stored)
    return refusal(stored.error());
  auto response = answer(there ? 200 : 201, version);
  response.headers.push_back({"Location", context_.base + "/" + call.type + "/" + id +
                                              "/_history/" + std::to_string(version.version)});
  return response;
}

rest::Response Writes::update(const Call& call, const rest::References& references) {
  if (call.resource == nullptr || call.resource->text_of("resourceType") != call.type)
    return refusal(400, "invalid", "the body is not a resource of the type that the URL names");
  if (call.resource->text_of("id") != call.id)
    return refusal(400, "invalid", "the id of the body is not the id of the URL");
  return store_as(call.id, call, references);
}

Result<std::vector<Version>> Writes::find_matches(const std::string& type,
                                                  const std::string& query) {
  constexpr std::size_t kEnough = 2;
  auto search = parse_search(type, query, kEnough, kEnough);
  if (!search) return search.error();
  if (search->query.criteria.empty())
    return fail(ErrorCode::search_unsupported, "the condition is empty");
  return context_.store.search(search->query);
}

rest::Response Writes::create(const Call& call, const rest::References& references) {
  if (call.resource == nullptr || call.resource->text_of("resourceType") != call.type)
    return refusal(400, "invalid", "the body is not a resource of the type that the URL names");
  if (!call.if_none_exist.empty()) {
    const auto matches = find_matches(call.type, call.if_none_exist);
    if (!matches) return refusal(matches.error());
    if (matches->size() > 1) return refusal(412, "multiple-matches", "the condition finds several");
    if (matches->size() == 1) return answer(200, matches->front());
  }
  auto fresh = call;
  fresh.if_match.clear();
  return store_as(new_id(context_.shared.random), fresh, references);
}

rest::Response Writes::conditional_update(const Call& call, const rest::References& references) {
  if (call.resource == nullptr || call.resource->text_of("resourceType") != call.type)
    return refusal(400, "invalid", "the body is not a resource of the type that the URL names");
  const auto matches = find_matches(call.type, call.query);
  if (!matches) return refusal(matches.error());
  if (matches->size() > 1) return refusal(412, "multiple-matches", "the condition finds several");
  const std::string own(call.resource->text_of("id"));
  if (matches->size() == 1) {
    if (!own.empty() && own != matches->front().id)
      return refusal(400, "invalid",
                     "the id of the body is not the id of what the condition finds");
    return store_as(matches->front().id, call, references);
  }
  if (!own.empty() && !rest::is_id(own)) return refusal(400, "value", "the id is not a FHIR id");
  return store_as(own.empty() ? new_id(context_.shared.random) : own, call, references);
}

rest::Response Writes::remove(const Call& call) {
  const auto current = context_.store.find(call.type, call.id);
  if (!current) return refusal(current.error());
  if (auto refused = refuse_by_version(*current, call.if_match, {})) return *refused;
  if (!*current || (*current)->deleted) return answer(204);
  const Version version{
      call.type, call.id, (*current)->version + 1, true, context_.shared.clock.now_ms(), {}};
  if (const auto stored = context_.store.put(version, {}); !stored) return refusal(stored.error());
  auto response = answer(204);
  response.headers.push_back({"ETag", etag(version.version)});
  return response;
}

}  // namespace paraneo::sandbox
