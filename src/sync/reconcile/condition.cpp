#include "sync/reconcile/condition.h"

#include <utility>

#include "base/arena.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "json/read.h"
#include "json/write.h"
#include "rest/request_head.h"
#include "rest/rewrite.h"
#include "rest/url.h"
#include "rest/write_request.h"

namespace paraneo::sync {
namespace {

std::string etag_of(const json::Value& resource) {
  const auto* meta = resource.find("meta");
  return rest::etag_of_version(meta == nullptr ? std::string_view() : meta->text_of("versionId"));
}

}  // namespace

Result<void> resolve_condition(Unit& unit, Task& task, const std::string& base,
                               const Limits& limits) {
  const Source found{"answer", std::exchange(task.current, {})};
  task.etag.clear();
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(found, arena, limits, sink);
  const auto* entries = root == nullptr ? nullptr : root->find("entry");
  const json::Value* match = nullptr;
  for (const auto& entry : entries == nullptr ? std::span<const json::Value>() : entries->items()) {
    const auto* resource = entry.find("resource");
    if (resource == nullptr || resource->text_of("resourceType") != task.operation.entry.type)
      continue;
    if (match != nullptr)
      return fail(ErrorCode::condition_ambiguous,
                  "the condition of this entry finds more than one resource on the server",
                  task.operation.entry.place,
                  "make the condition more exact, or remove the duplicates");
    match = resource;
  }
  if (match == nullptr) {
    task.state = TaskState::to_write;
    return {};
  }
  if (!rest::is_id(match->text_of("id")) || !rest::is_field_value(etag_of(*match)))
    return fail(ErrorCode::answer_malformed,
                "what the server finds has an id or version that no request can carry [" +
                    std::string(rest::kResponseSyntax) + "]",
                base, "report it to the server's operators");
  auto& entry = task.operation.entry;
  entry.id = match->text_of("id");
  json::Writer(task.current).value(*match);
  task.etag = etag_of(*match);
  if (entry.write == rest::Write::conditional_put) {
    entry.write = rest::Write::put;
    entry.resource = rest::with_reference(entry.resource, {}, {}, entry.id);
  } else {
    task.state = TaskState::done;
    task.was_there = true;
  }
  if (entry.full_url.empty()) return {};
  for (auto& other : unit.tasks)
    if (&other != &task && other.operation.entry.write != rest::Write::remove)
      other.operation.entry.resource = rest::with_reference(
          other.operation.entry.resource, entry.full_url, entry.target(), other.operation.entry.id);
  return {};
}

}  // namespace paraneo::sync
