// Maps and concept maps from texts, with all that they own: what a program or a user loads, under
// one roof. Fill it first, then compile from library(); programs must not outlive it.
// Not thread-safe while it is filled.
#pragma once

#include <deque>
#include <memory>

#include "fml/compile.h"

namespace paraneo::fml {

class Shelf {
 public:
  Shelf() = default;
  Shelf(const Shelf&) = delete;
  Shelf& operator=(const Shelf&) = delete;

  // Mapping language, or JSON (by its first character): a StructureMap, a ConceptMap, or a Bundle of
  // them; other JSON is left alone. Mistakes go to the sink. The map that the text holds, or null.
  const ast::Map* add(Source text, const Limits& limits, diag::Sink& sink);
  const Library& library() const { return library_; }

 private:
  const ast::Map* add_json(const json::Value& resource, const Source& source, const Limits& limits, diag::Sink& sink);
  const ast::Map* keep(std::unique_ptr<ast::Map> map);

  Arena arena_;
  std::deque<Source> sources_;
  std::deque<terminology::ConceptMap> concept_maps_;
  std::deque<std::unique_ptr<ast::Map>> maps_;
  Library library_;
};

}  // namespace paraneo::fml
