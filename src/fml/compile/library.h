// Maps and concept maps that a map may refer to: by imports, `translate` and names of groups.
// Fill it first, then compile from it; programs must not outlive it. Not thread-safe while it is
// filled, immutable afterwards.
#pragma once

#include <deque>
#include <memory>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "fml/ast.h"
#include "terminology/concept_map.h"

namespace paraneo::fml {

class Library {
 public:
  Library() = default;
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  // A text of the mapping language, or JSON (by its first character): a StructureMap or a
  // ConceptMap. The library keeps it, with all that points into it. Of several with one URL
  // the first counts. Mistakes go to the sink. The map that the text holds, or null.
  const ast::Map* add(Source text, const Limits& limits, diag::Sink& sink);
  // The same for JSON that is parsed already and outlives the library, with its text.
  const ast::Map* add(const json::Value& resource, const Source& source, const Limits& limits,
                      diag::Sink& sink);
  // Owned by the caller.
  void add(const ast::Map& map);
  void add(const terminology::ConceptMap& map) { concept_maps_.add(map); }

  // Concept maps that say so add to the ones that they name, whatever order they came in. Call it
  // when all are there; what is added to a map that is not here waits for nobody and does nothing.
  void link_concept_maps();

  // By URL or name; null when there is none.
  const ast::Map* find(std::string_view url) const;
  std::vector<const ast::Map*> matching(std::string_view url_or_pattern) const;
  // The first map that has such a group; null when there is none.
  const ast::Map* with_group(std::string_view name) const;
  const std::vector<const ast::Map*>& maps() const { return maps_; }
  const terminology::ConceptMaps& concept_maps() const { return concept_maps_; }

 private:
  const ast::Map* keep(std::unique_ptr<ast::Map> map);

  Arena arena_;
  std::deque<Source> sources_;
  std::deque<terminology::ConceptMap> own_concept_maps_;
  std::deque<std::unique_ptr<ast::Map>> own_maps_;
  std::vector<const ast::Map*> maps_;
  terminology::ConceptMaps concept_maps_;
};

}  // namespace paraneo::fml
