// The concept maps that `translate` names: a map's own ones, and loaded ones. Internal to this
// folder.
#pragma once

#include <map>
#include <set>
#include <string_view>

#include "fml/compile/compile_context.h"

namespace paraneo::fml {

// Not thread-safe; the maps outlive it.
class MapConceptMaps {
 public:
  explicit MapConceptMaps(CompileContext& context) : context_(context) {}

  // Makes those that stand in the map.
  void make(const ast::Map& map);
  // By "#id" of that map, or by URL. Null after a mistake, which was reported.
  const terminology::ConceptMap* find(const ast::Map& map, std::string_view url, Span span);

 private:
  void check(const terminology::ConceptMap& map);

  CompileContext& context_;
  std::map<std::pair<const ast::Map*, std::string_view>, const terminology::ConceptMap*> inline_;
  std::set<const terminology::ConceptMap*> checked_;
};

}  // namespace paraneo::fml
