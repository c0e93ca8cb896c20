// The right side of a rule: context.element = transform(...) as name share other. Internal to this
// folder.
#pragma once

#include <optional>

#include "fml/text/expression_parser.h"
#include "fml/text/map_tokens.h"

namespace paraneo::fml {

// What says bool is false after a mistake, which was reported. Not thread-safe.
class TargetParser {
 public:
  TargetParser(MapTokens& tokens, ExpressionParser& expressions)
      : tokens_(tokens), expressions_(expressions) {}

  // False after a mistake, which was reported; the cursor stands at it.
  bool parse(ast::RuleTarget& t);
  // (a, b, c), of a transform or a group.
  bool arguments(std::vector<ast::Argument>& to);

 private:
  bool transform(ast::RuleTarget& t);
  bool evaluate(ast::RuleTarget& t);
  bool argument(ast::Argument& to);
  std::optional<ast::Literal> literal(std::size_t& tokens) const;

  MapTokens& tokens_;
  ExpressionParser& expressions_;
};

}  // namespace paraneo::fml
