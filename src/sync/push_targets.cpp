#include "sync/push_targets.h"

#include <utility>
#include <vector>

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
  std::vector<std::pair<Digest, Seen>> taken;
  for (const auto& entry : item.entries) {
    if (!decides_content(entry)) continue;
    const auto key = digest_of(key_of(entry));
    auto content = content_of(entry);
    const auto known = seen_.find(key);
    if (known != seen_.end() && known->second.content != content)
      return fail(ErrorCode::entry_refused,
                  entry.target() + " stands in the input with another content, too: " +
                      known->second.place + "; that one counts, nothing of this text is pushed",
                  entry.place, "leave one of the two out");
    if (known == seen_.end()) taken.emplace_back(key, Seen{content, entry.place});
  }
  for (auto& each : taken) seen_.insert(std::move(each));
  return {};
}

}  // namespace paraneo::sync
