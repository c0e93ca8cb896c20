#include "fml/shelf.h"

#include "fml/parse.h"
#include "fml/structure_map.h"
#include "json/read.h"

namespace paraneo::fml {
namespace {

bool is_json(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{';
}

}  // namespace

const ast::Map* Shelf::add(Source text, const Limits& limits, diag::Sink& sink) {
  const auto& source = sources_.emplace_back(std::move(text));
  const auto mark = arena_.mark();
  const auto before = maps_.size() + concept_maps_.size();
  const ast::Map* map = nullptr;
  if (!is_json(source.text)) map = keep(parse(source, limits, sink));
  else if (const auto* json = json::read(source, arena_, limits, sink)) map = add_json(*json, source, limits, sink);
  // Packages are full of what is of no use here.
  if (maps_.size() + concept_maps_.size() == before) {
    arena_.rewind(mark);
    sources_.pop_back();
  }
  return map;
}

const ast::Map* Shelf::keep(std::unique_ptr<ast::Map> map) {
  if (map == nullptr) return nullptr;
  library_.add(*map);
  return maps_.emplace_back(std::move(map)).get();
}

const ast::Map* Shelf::add_json(const json::Value& resource, const Source& source, const Limits& limits, diag::Sink& sink) {
  const auto type = resource.text_of("resourceType");
  if (type == "StructureMap") return keep(read_structure_map(resource, source, limits, sink));
  if (type == "ConceptMap") {
    const auto* map = terminology::ConceptMap::load(resource, source, concept_maps_, sink);
    if (map != nullptr) library_.add(*map);
  }
  const auto* entries = type == "Bundle" ? resource.find("entry") : nullptr;
  const ast::Map* last = nullptr;
  if (entries == nullptr) return last;
  for (const auto& entry : entries->items()) {
    const auto* inner = entry.find("resource");
    if (inner != nullptr && inner->text_of("resourceType") != "Bundle") last = add_json(*inner, source, limits, sink);
  }
  return last;
}

}  // namespace paraneo::fml
