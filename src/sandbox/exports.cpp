#include "sandbox/exports.h"

#include <algorithm>

namespace paraneo::sandbox {
namespace {

bool is_older(const auto& a, const auto& b) { return a.second.made->at_ms < b.second.made->at_ms; }

}  // namespace

std::optional<std::int64_t> Exports::reserve(std::int64_t now_ms) {
  const std::scoped_lock lock(mutex_);
  expire(now_ms);
  if (kept_.size() + reserved_ >= count_max_ && !free_oldest()) {
    const auto oldest = std::min_element(
        kept_.begin(), kept_.end(), [](const auto& a, const auto& b) { return is_older(a, b); });
    const auto wait_ms = oldest == kept_.end() ? 0 : oldest->second.made->at_ms + ms_max_ - now_ms;
    return std::max<std::int64_t>(1, wait_ms / 1000);
  }
  ++reserved_;
  return std::nullopt;
}

void Exports::give_up() {
  const std::scoped_lock lock(mutex_);
  --reserved_;
}

bool Exports::keep(const std::string& id, Export made) {
  const std::scoped_lock lock(mutex_);
  --reserved_;
  while (bytes() + made.bytes > bytes_max_)
    if (!free_oldest()) return false;
  kept_[id] = {std::make_shared<const Export>(std::move(made)), 0};
  return true;
}

Exports::Found Exports::find(const std::string& id, std::int64_t now_ms, bool is_poll) {
  const std::scoped_lock lock(mutex_);
  expire(now_ms);
  const auto found = kept_.find(id);
  if (found == kept_.end()) return {};
  if (is_poll) ++found->second.polls;
  return {found->second.made, found->second.polls};
}

bool Exports::remove(const std::string& id) {
  const std::scoped_lock lock(mutex_);
  return kept_.erase(id) > 0;
}

void Exports::expire(std::int64_t now_ms) {
  std::erase_if(kept_,
                [&](const auto& each) { return now_ms - each.second.made->at_ms > ms_max_; });
}

bool Exports::free_oldest() {
  auto oldest = kept_.end();
  for (auto at = kept_.begin(); at != kept_.end(); ++at)
    if (at->second.polls > 1 && (oldest == kept_.end() || is_older(*at, *oldest))) oldest = at;
  if (oldest == kept_.end()) return false;
  kept_.erase(oldest);
  return true;
}

std::size_t Exports::bytes() const {
  std::size_t sum = 0;
  for (const auto& [id, each] : kept_) sum += each.made->bytes;
  return sum;
}

}  // namespace paraneo::sandbox
