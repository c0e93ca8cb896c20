// What stands in the input twice is not sent twice at the same time: who sends it first holds its
// target for as long as it is under way.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace paraneo::sync {

// Targets that are held; shared by the claims on them.
using HeldTargets = std::shared_ptr<std::unordered_set<std::string>>;

// Lets go of its targets when it ends. Move-only; not thread-safe.
class TargetClaim {
 public:
  TargetClaim() = default;
  ~TargetClaim() { release(); }
  // The claim goes along.
  TargetClaim(TargetClaim&& other) noexcept
      : held_(std::move(other.held_)), own_(std::move(other.own_)) {}
  TargetClaim& operator=(TargetClaim&& other) noexcept {
    if (this == &other) return *this;
    release();
    held_ = std::move(other.held_);
    own_ = std::move(other.own_);
    return *this;
  }
  TargetClaim(const TargetClaim&) = delete;
  TargetClaim& operator=(const TargetClaim&) = delete;

  // Nothing when somebody else holds one of them: all or none.
  static std::optional<TargetClaim> take(const HeldTargets& held,
                                         std::vector<std::string> targets) {
    for (const auto& target : targets)
      if (held->contains(target)) return std::nullopt;
    TargetClaim claim;
    claim.held_ = held;
    claim.own_ = std::move(targets);
    for (const auto& target : claim.own_) held->insert(target);
    return claim;
  }
  bool holds() const { return held_ != nullptr; }
  void release() {
    if (held_)
      for (const auto& target : own_) held_->erase(target);
    held_.reset();
    own_.clear();
  }

 private:
  HeldTargets held_;
  std::vector<std::string> own_;
};

}  // namespace paraneo::sync
