// "Did you mean ...?": the name that is nearest to a mistyped one.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "diag/diagnostic.h"

namespace paraneo::diag {

// Letters to insert, remove, replace or swap; no more than `limit` are counted. Costs the length of
// `a` times `limit`.
std::size_t distance(std::string_view a, std::string_view b, std::size_t limit);
// How far a suggestion may be from what was written.
inline std::size_t distance_max(std::string_view name) {
  return name.size() < 4 ? 1 : name.size() < 8 ? 2 : 3;
}

inline std::string did_you_mean(std::string_view name) {
  return "did you mean \"" + std::string(name) + "\"?";
}

// Which letters a name has, a bit for each, without their case. One edit changes at most two of
// them.
std::uint32_t letters_of(std::string_view name);

// The nearest of the names that it is shown; of two as near the first.
class Nearest {
 public:
  explicit Nearest(std::string_view name)
      : name_(name), letters_(letters_of(name)), distance_(distance_max(name) + 1) {}
  // `letters`: those of the candidate, which lives as long as this.
  void look_at(std::string_view candidate, std::uint32_t letters) {
    const auto other = static_cast<std::size_t>(std::popcount(letters_ ^ letters));
    if (other + 2 > 2 * distance_ || candidate.empty() || candidate[0] == ' ') return;
    const auto d = diag::distance(name_, candidate, distance_);
    if (d >= distance_) return;
    best_ = candidate;
    distance_ = d;
  }
  // Empty when none is near.
  std::string_view best() const { return best_; }

 private:
  std::string_view name_, best_;
  std::uint32_t letters_;
  std::size_t distance_;  // only what is nearer than this counts
};

// Texts of 1 MB may have very many names: only the first ones are looked at.
inline constexpr std::size_t kSuggestedNamesMax = 2'000;

// Empty when none is near.
template <class Items, class NameOf>
std::string_view closest(std::string_view name, const Items& items, NameOf name_of) {
  Nearest nearest(name);
  auto left = kSuggestedNamesMax;
  for (const auto& item : items) {
    if (left-- == 0) break;
    const std::string_view candidate = name_of(item);
    nearest.look_at(candidate, letters_of(candidate));
  }
  return nearest.best();
}

// Names of which many are asked about: a million unknown codes cost seconds. Immutable; the names
// outlive it.
class NameIndex {
 public:
  explicit NameIndex(std::vector<std::string_view> names);
  // As closest() among them.
  std::string_view closest(std::string_view name) const;

 private:
  std::vector<std::string_view> names_;
  std::vector<std::uint32_t> letters_;  // of each
};

// The same for a message that the sink may not keep: of very many mistakes, only the first ones
// count.
template <class Items, class NameOf>
std::string_view closest(const Sink& sink, std::string_view name, const Items& items,
                         NameOf name_of) {
  return sink.dropped() > 0 ? std::string_view() : closest(name, items, name_of);
}

}  // namespace paraneo::diag
