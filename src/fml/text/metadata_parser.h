// /// path = value: what a map says of itself. Internal to this folder.
#pragma once

#include "fml/text/map_comments.h"
#include "fml/text/map_tokens.h"

namespace paraneo::fml {

// Mistakes are reported; a line that is wrong is passed over. Not thread-safe.
class MetadataParser {
 public:
  MetadataParser(MapTokens& tokens, MapComments& comments) : tokens_(tokens), comments_(comments) {}

  // All lines that come next.
  void lines();
  // The map's declaration says it: a line that says the same again is left out, another one is a
  // mistake.
  bool is_declared(const ast::Metadata& line);

 private:
  void line(const syntax::Token& token);
  bool read_value(ast::Metadata& line, const syntax::Token& token);
  bool read_string(ast::Metadata& line, const syntax::Token& token);
  void add(const ast::Metadata& line);

  MapTokens& tokens_;
  MapComments& comments_;
};

}  // namespace paraneo::fml
