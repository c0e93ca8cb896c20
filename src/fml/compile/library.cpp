#include "fml/compile/library.h"

#include <algorithm>

#include "fml/text/parse.h"
#include "fml/resource/structure_map.h"
#include "json/read.h"

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

bool is_json(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{';
}

}  // namespace

const ast::Map* Library::add(Source text, const Limits& limits, diag::Sink& sink) {
  const auto& source = sources_.emplace_back(std::move(text));
  const auto mark = arena_.mark();
  const auto before = own_maps_.size() + own_concept_maps_.size();
  const ast::Map* map = nullptr;
  if (!is_json(source.text)) map = keep(parse(source, limits, sink));
  else if (const auto* json = json::read(source, arena_, limits, sink))
    map = add(*json, source, limits, sink);
  // What cannot be used takes no room.
  if (own_maps_.size() + own_concept_maps_.size() == before) {
    arena_.rewind(mark);
    sources_.pop_back();
  }
  return map;
}

const ast::Map* Library::add(const json::Value& resource, const Source& source,
                             const Limits& limits, diag::Sink& sink) {
  const auto type = resource.text_of("resourceType");
  if (type == "StructureMap") return keep(read_structure_map(resource, source, limits, sink));
  if (type != "ConceptMap") return nullptr;
  const auto* map = terminology::ConceptMap::load(resource, source, own_concept_maps_, sink);
  if (map != nullptr) add(*map);
  return nullptr;
}

void Library::link_concept_maps() {
  for (const auto& addition : own_concept_maps_) {
    const auto* base =
        addition.adds_to().empty() ? nullptr : concept_maps_.find(addition.adds_to());
    for (auto& each : own_concept_maps_)
      if (&each == base && base != &addition) each.add(addition);
  }
}

const ast::Map* Library::keep(std::unique_ptr<ast::Map> map) {
  if (map == nullptr) return nullptr;
  add(*map);
  return own_maps_.emplace_back(std::move(map)).get();
}

void Library::add(const ast::Map& map) {
  const auto is_same = [&](const ast::Map* each) {
    return !map.url.empty() && each->url == map.url;
  };
  if (std::none_of(maps_.begin(), maps_.end(), is_same)) maps_.push_back(&map);
}

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
