#include "sync/push_targets.h"

namespace paraneo::sync {
namespace {

std::string key_of(const rest::PushEntry& entry) {
  return entry.type + (entry.id.empty() ? "?" + entry.criteria : "/" + entry.id);
}

// A conditional create leaves alone what is there: it says nothing about its content.
bool decides_content(const rest::PushEntry& entry) {
  return entry.write != rest::Write::conditional_create;
}

Digest content_of(const rest::PushEntry& entry) {
  return digest_of(entry.write == rest::Write::remove ? std::string_view()
                                                      : std::string_view(entry.resource));
}

}  // namespace

Result<void> PushTargets::take(const rest::PushItem& item) {
  for (const auto& entry : item.entries) {
    if (!decides_content(entry)) continue;
    const auto known = seen_.find(digest_of(key_of(entry)));
    if (known == seen_.end() || known->second.content == content_of(entry)) continue;
    return fail(ErrorCode::entry_refused,
                entry.target() + " stands in the input with another content, too: " +
                    known->second.place + "; that one counts, nothing of this text is pushed",
                entry.place, "leave one of the two out");
  }
  for (const auto& entry : item.entries) {
    if (!decides_content(entry)) continue;
    seen_.try_emplace(digest_of(key_of(entry)), Seen{content_of(entry), entry.place});
  }
  return {};
}

}  // namespace paraneo::sync
