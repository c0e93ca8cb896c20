// The left side of a rule: context.element : type min..max default (...) first as name where (...).
// Internal to this folder.
#pragma once

#include "fml/text/expression_parser.h"
#include "fml/text/map_tokens.h"

namespace paraneo::fml {

// What says bool is false after a mistake, which was reported. Not thread-safe.
class SourceParser {
 public:
  SourceParser(MapTokens& tokens, ExpressionParser& expressions)
      : tokens_(tokens), expressions_(expressions) {}

  // False after a mistake, which was reported; the cursor stands at it.
  bool parse(ast::RuleSource& s);

 private:
  bool condition(std::string_view word, const syntax::Expression*& to);
  bool default_value(ast::RuleSource& s);
  bool cardinality(ast::RuleSource& s);

  MapTokens& tokens_;
  ExpressionParser& expressions_;
};

}  // namespace paraneo::fml
