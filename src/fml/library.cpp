#include "fml/compile.h"

namespace paraneo::fml {
namespace {

// Each * of the pattern stands for any text.
bool matches(std::string_view text, std::string_view pattern) {
  const auto first = pattern.find('*');
  if (first == std::string_view::npos) return text == pattern;
  if (!text.starts_with(pattern.substr(0, first))) return false;
  text.remove_prefix(first);
  pattern.remove_prefix(first + 1);
  for (auto star = pattern.find('*'); star != std::string_view::npos; star = pattern.find('*')) {
    const auto found = text.find(pattern.substr(0, star));
    if (found == std::string_view::npos) return false;
    text.remove_prefix(found + star);
    pattern.remove_prefix(star + 1);
  }
  return text.ends_with(pattern);
}

}  // namespace

const ast::Map* Library::find(std::string_view url) const {
  for (const auto* map : maps_)
    if (map->url == url || map->name == url) return map;
  return nullptr;
}

const ast::Map* Library::with_group(std::string_view name) const {
  for (const auto* map : maps_)
    for (const auto& group : map->groups)
      if (group.name == name) return map;
  return nullptr;
}

std::vector<const ast::Map*> Library::matching(std::string_view pattern) const {
  std::vector<const ast::Map*> out;
  for (const auto* map : maps_)
    if (matches(map->url, pattern)) out.push_back(map);
  return out;
}

}  // namespace paraneo::fml
