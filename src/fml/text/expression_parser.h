// FHIRPath inside a map. Internal to this folder.
#pragma once

#include "fml/text/map_tokens.h"

namespace paraneo::fml {

// Null after a mistake, which was reported. The map keeps each expression with its text. Not
// thread-safe.
class ExpressionParser {
 public:
  explicit ExpressionParser(MapTokens& tokens) : tokens_(tokens) {}

  // Null after a mistake, which was reported.
  const syntax::Expression* expression();
  // In brackets, which end it where nothing follows that goes on with it.
  const syntax::Expression* bracketed();
  // Whether the token ends an argument of a transform, or a value.
  static bool ends_value(const syntax::Token& next);

 private:
  const syntax::Expression* parse();
  std::string_view text_of(std::size_t first, std::size_t last);

  MapTokens& tokens_;
};

}  // namespace paraneo::fml
