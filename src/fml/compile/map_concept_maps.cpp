#include "fml/compile/map_concept_maps.h"

#include "fml/equivalence.h"

namespace paraneo::fml {

using diag::Code;

void MapConceptMaps::make(const ast::Map& map) {
  for (const auto& inline_map : map.concept_maps) {
    std::vector<terminology::ConceptMap::Row> rows;
    std::set<std::pair<std::string_view, std::string_view>> seen;
    for (const auto& row : inline_map.rows) {
      if (!translates(row.equivalence)) continue;
      if (!seen.insert({row.source_system, row.source_code}).second)
        context_.complain(Code::concept_map_ambiguous,
                          "the code " + quoted(row.source_code) + " is mapped twice", row.span,
                          "keep the row that is right");
      rows.push_back(
          {{row.source_system, row.source_code, {}}, {row.target_system, row.target_code, {}}});
    }
    auto& made = context_.program->concept_maps.emplace_back(inline_map.id, rows);
    for (const auto prefix : inline_map.unmapped)
      for (const auto& p : inline_map.prefixes)
        if (p.name == prefix) made.add_unmapped({.system = p.system});
    inline_[{&map, inline_map.id}] = &made;
  }
}

const terminology::ConceptMap* MapConceptMaps::find(const ast::Map& map, std::string_view url,
                                                    Span span) {
  if (url.starts_with('#')) {
    if (const auto own = inline_.find({&map, url.substr(1)}); own != inline_.end())
      return own->second;
  } else if (const auto* loaded = context_.library.concept_maps().find(url)) {
    check(*loaded);
    return loaded;
  }
  context_.complain(Code::fml_unknown_concept_map,
                    "the concept map " + quoted(url) + " is not loaded", span);
  return nullptr;
}

// What a concept map may say, but no translation can follow.
void MapConceptMaps::check(const terminology::ConceptMap& map) {
  if (!checked_.insert(&map).second) return;
  for (const auto& twice : map.ambiguities())
    context_.complain(Code::concept_map_ambiguous,
                      "the code " + quoted(twice.code) + " is mapped twice to " +
                          (twice.to_system.empty() ? "one system" : std::string(twice.to_system)),
                      twice.span,
                      "keep one row as equivalent; give the other a narrower or wider equivalence");
}

}  // namespace paraneo::fml
