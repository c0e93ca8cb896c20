#include "sync/fields.h"

#include <algorithm>

#include "base/arena.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "json/read.h"
#include "json/write.h"
#include "rest/compare.h"
#include "sync/content.h"

namespace paraneo::sync {
namespace {

std::string text_of(const json::Value* value) {
  std::string out;
  if (value != nullptr) json::Writer(out).value(*value);
  return out;
}

// The depth of both is bounded by the reader's limit.
void compare(const std::string& path, const json::Value* before, const json::Value* after,
             std::vector<FieldChange>& out) {
  if (before != nullptr && after != nullptr) {
    if (rest::same_json(*before, *after)) return;
    if (before->is_object() && after->is_object()) {
      const auto below = [&](std::string_view name) {
        return path.empty() ? std::string(name) : path + "." + std::string(name);
      };
      for (const auto& member : before->members())
        compare(below(member.name), &member.value, after->find(member.name), out);
      for (const auto& member : after->members())
        if (before->find(member.name) == nullptr)
          compare(below(member.name), nullptr, &member.value, out);
      return;
    }
    if (before->is_array() && after->is_array()) {
      const auto a = before->items();
      const auto b = after->items();
      for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i)
        compare(path + "[" + std::to_string(i) + "]", i < a.size() ? &a[i] : nullptr,
                i < b.size() ? &b[i] : nullptr, out);
      return;
    }
  }
  out.push_back({path, text_of(before), text_of(after)});
}

}  // namespace

std::vector<FieldChange> field_changes(const std::string& before, const std::string& after,
                                       const Limits& limits) {
  const Source a{"before", before.empty() ? "{}" : as_sent(before, limits)};
  const Source b{"after", after.empty() ? "{}" : as_sent(after, limits)};
  Arena arena;
  diag::Sink sink;
  const auto* from = json::read(a, arena, limits, sink);
  const auto* to = json::read(b, arena, limits, sink);
  std::vector<FieldChange> out;
  compare({}, from, to, out);
  return out;
}

}  // namespace paraneo::sync
