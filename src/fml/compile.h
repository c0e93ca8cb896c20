// Maps to a program: imports are followed, names resolved, elements and types checked against the
// definitions. All mistakes of all maps are reported in one run.
#pragma once

#include <deque>
#include <memory>
#include <string_view>
#include <vector>

#include "fml/program.h"

namespace paraneo::fml {

// Everything that a map may refer to. Not owning; all must outlive the programs made from it.
class Library {
 public:
  void add(const ast::Map& map) { maps_.push_back(&map); }
  void add(const terminology::ConceptMap& map) { concept_maps_.add(map); }

  // By URL or name; null when there is none.
  const ast::Map* find(std::string_view url) const;
  std::vector<const ast::Map*> matching(std::string_view url_or_pattern) const;
  // The first map that has such a group; null when there is none.
  const ast::Map* with_group(std::string_view name) const;
  const std::vector<const ast::Map*>& maps() const { return maps_; }
  const terminology::ConceptMaps& concept_maps() const { return concept_maps_; }

 private:
  std::vector<const ast::Map*> maps_;
  terminology::ConceptMaps concept_maps_;
};

// Null, with diagnostics, when the map cannot work.
std::shared_ptr<const Program> compile(const ast::Map& map, const Library& library, const fhirpath::Engine& engine,
                                       diag::Sink& sink);

}  // namespace paraneo::fml
