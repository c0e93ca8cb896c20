#include "fml/shelf.h"

#include "fml/parse.h"
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
  if (is_json(source.text)) {
    if (const auto* json = json::read(source, arena_, limits, sink)) add_json(*json, source, sink);
    return nullptr;
  }
  auto map = parse(source, limits, sink);
  if (map == nullptr) return nullptr;
  library_.add(*map);
  return maps_.emplace_back(std::move(map)).get();
}

void Shelf::add_json(const json::Value& resource, const Source& source, diag::Sink& sink) {
  const auto type = resource.text_of("resourceType");
  if (type == "ConceptMap") {
    const auto* map = terminology::ConceptMap::load(resource, source, concept_maps_, sink);
    if (map != nullptr) library_.add(*map);
  }
  const auto* entries = type == "Bundle" ? resource.find("entry") : nullptr;
  if (entries == nullptr) return;
  for (const auto& entry : entries->items()) {
    const auto* inner = entry.find("resource");
    if (inner != nullptr && inner->text_of("resourceType") != "Bundle") add_json(*inner, source, sink);
  }
}

}  // namespace paraneo::fml
