// conceptmap "#id" { prefix s = "system" ... s:code == t:code }. Internal to this folder.
#pragma once

#include "fml/text/map_comments.h"
#include "fml/text/map_tokens.h"

namespace paraneo::fml {

// What says bool is false after a mistake, which was reported. Not thread-safe.
class ConceptMapParser {
 public:
  ConceptMapParser(MapTokens& tokens, MapComments& comments)
      : tokens_(tokens), comments_(comments) {}

  // The next token is `conceptmap`. Adds to the map's.
  bool parse();

 private:
  bool setting(ast::InlineConceptMap& map);
  bool prefix(ast::InlineConceptMap& map);
  bool unmapped(ast::InlineConceptMap& map);
  bool code_row(ast::InlineConceptMap& map);
  bool code(const ast::InlineConceptMap& map, std::string_view& prefix, std::string_view& system,
            std::string_view& value);
  bool equivalence(std::string_view& to);

  MapTokens& tokens_;
  MapComments& comments_;
};

}  // namespace paraneo::fml
