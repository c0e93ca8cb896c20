#include "fml/compile/map_groups.h"

#include <algorithm>

#include "diag/suggest.h"

namespace paraneo::fml {

using diag::closest;
using diag::Code;
using diag::did_you_mean;

void MapGroups::collect() {
  std::unordered_set<const ast::Map*> known(mains_.begin(), mains_.end());
  std::unordered_set<std::string_view> followed;
  maps_.assign(mains_.begin(), mains_.end());
  for (std::size_t i = 0; i < maps_.size(); ++i) {
    const auto& map = *maps_[i];
    for (const auto& group : map.groups) {
      const auto index = static_cast<std::uint32_t>(refs_.size());
      if (!group_of_.try_emplace({&map, group.name}, index).second)
        context_.complain(Code::fml_duplicate,
                          "the group " + quoted(group.name) + " is there twice", group.span);
      groups_named_[group.name].push_back(index);
      refs_.push_back({&map, &group});
    }
    for (const auto& import : map.imports) {
      const auto& found = imported(import.url);
      if (found.empty())
        context_.complain(Code::fml_unknown_map, "the map " + quoted(import.url) + " is not loaded",
                          import.span, "load it with --ig, or check the URL");
      if (!followed.insert(import.url).second) continue;
      for (const auto* other : found)
        if (known.insert(other).second) maps_.push_back(other);
    }
  }
}

const std::vector<const ast::Map*>& MapGroups::imported(std::string_view url) {
  const auto [found, is_new] = imported_.try_emplace(url);
  if (is_new) found->second = context_.library.matching(url);
  return found->second;
}

bool MapGroups::reaches(const ast::Map& from, const ast::Map& other) {
  // Of one map, all that is there was imported by it. So it is taken to be of one that nobody asked
  // for.
  if (mains_.size() == 1 || std::find(mains_.begin(), mains_.end(), &from) == mains_.end())
    return true;
  if (reached_from_ != &from) {
    reached_from_ = &from;
    reached_ = {&from};
    std::unordered_set<std::string_view> followed;
    std::vector<const ast::Map*> todo = {&from};
    for (std::size_t i = 0; i < todo.size(); ++i)
      for (const auto& import : todo[i]->imports) {
        if (!followed.insert(import.url).second) continue;
        for (const auto* map : imported(import.url))
          if (reached_.insert(map).second) todo.push_back(map);
      }
  }
  return reached_.contains(&other);
}

std::uint32_t MapGroups::named(const ast::Map& map, std::string_view name, Span span) {
  if (const auto own = group_of_.find({&map, name}); own != group_of_.end()) return own->second;
  if (const auto named = groups_named_.find(name); named != groups_named_.end())
    for (const auto index : named->second)
      if (reaches(map, *refs_[index].map)) return index;
  context_.complain(Code::fml_unknown_group, "there is no group " + quoted(name), span,
                    advice(name));
  return kNone;
}

std::string MapGroups::advice(std::string_view name) const {
  if (const auto* map = context_.library.with_group(name); map != nullptr)
    return "the map " + std::string(map->url) + " has it: imports " + quoted(map->url);
  const auto near =
      closest(context_.sink, name, group_of_, [](const auto& entry) { return entry.first.second; });
  return near.empty() ? "define it, or import the map that has it" : did_you_mean(near);
}

}  // namespace paraneo::fml
