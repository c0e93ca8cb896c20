// source, source -> target, target then { ... } "name"; Internal to this folder.
#pragma once

#include <cstdint>
#include <vector>

#include "fml/text/map_comments.h"
#include "fml/text/map_tokens.h"
#include "fml/text/source_parser.h"
#include "fml/text/target_parser.h"

namespace paraneo::fml {

// What says bool is false after a mistake, which was reported. Not thread-safe.
class RuleParser {
 public:
  RuleParser(MapTokens& tokens, MapComments& comments, ExpressionParser& expressions)
      : tokens_(tokens), comments_(comments), sources_(tokens, expressions),
        targets_(tokens, expressions) {}

  // { rule rule }. After a mistake in a rule it goes on behind its semicolon; false when there is
  // none. `comments` gets those before the closing brace.
  bool rules(std::vector<ast::Rule>& to, ast::Comments& comments);

 private:
  bool rule(ast::Rule& r);
  bool recover();
  bool then(ast::Rule& r);
  bool copies(const ast::Rule& first, std::vector<ast::Rule>& to);

  MapTokens& tokens_;
  MapComments& comments_;
  SourceParser sources_;
  TargetParser targets_;
  std::uint32_t depth_ = 0;
};

}  // namespace paraneo::fml
