// "Did you mean ...?": the name that is nearest to a mistyped one.
#pragma once

#include <string>
#include <string_view>

#include "diag/diagnostic.h"

namespace paraneo::diag {

// Letters to insert, remove, replace or swap; no more than `limit` are counted.
std::size_t distance(std::string_view a, std::string_view b, std::size_t limit);
// How far a suggestion may be from what was written.
inline std::size_t distance_max(std::string_view name) {
  return name.size() < 4 ? 1 : name.size() < 8 ? 2 : 3;
}

inline std::string did_you_mean(std::string_view name) {
  return "did you mean \"" + std::string(name) + "\"?";
}

// Empty when none is near. Texts of 1 MB may have very many names: only the first ones are looked
// at.
template <class Items, class NameOf>
std::string_view closest(std::string_view name, const Items& items, NameOf name_of) {
  constexpr int kNamesMax = 2'000;
  std::string_view best;
  auto best_distance = distance_max(name) + 1;
  auto left = kNamesMax;
  for (const auto& item : items) {
    if (left-- == 0) break;
    const std::string_view candidate = name_of(item);
    if (candidate.empty() || candidate[0] == ' ') continue;
    const auto d = distance(name, candidate, best_distance);
    if (d >= best_distance) continue;
    best = candidate;
    best_distance = d;
  }
  return best;
}

// The same for a message that the sink may not keep: of very many mistakes, only the first ones
// count.
template <class Items, class NameOf>
std::string_view closest(const Sink& sink, std::string_view name, const Items& items,
                         NameOf name_of) {
  return sink.dropped() > 0 ? std::string_view() : closest(name, items, name_of);
}

}  // namespace paraneo::diag
