// Tokens to an expression tree, by precedence. The mapping language calls this where its grammar
// has an expression: parsing stops at the first token that cannot go on.
#pragma once

#include "syntax/expression.h"
#include "syntax/token.h"

namespace paraneo::syntax {

// A place in a list of tokens that ends with `end`.
struct Cursor {
  const Source* source = nullptr;
  std::span<const Token> tokens;
  std::size_t at = 0;

  // The tokens from here on; behind the last one stands `end`, for ever.
  const Token& peek(std::size_t ahead = 0) const {
    const auto i = at + ahead;
    return tokens[i < tokens.size() ? i : tokens.size() - 1];
  }
  const Token& take() {
    const auto& token = peek();
    if (at + 1 < tokens.size()) ++at;
    return token;
  }
  bool take_symbol(std::string_view symbol) {
    if (!peek().is(symbol)) return false;
    take();
    return true;
  }
  bool take_word(std::string_view word) {
    if (!peek().is_word(word)) return false;
    take();
    return true;
  }
  Span span(const Token& token) const { return {source, token.begin, token.end}; }
};

// How the two languages that share the parser differ.
struct ExpressionOptions {
  // "text" in double quotes is a string (mapping language) and not a name (FHIRPath 1).
  bool quoted_is_string = false;
};

// Null, with a diagnostic, when there is no expression here.
const Expression* parse_expression(Cursor& cursor, Arena& arena, const Limits& limits,
                                   diag::Sink& sink, const ExpressionOptions& options = {});

// A whole text as one expression.
const Expression* parse_expression(const Source& source, Arena& arena, const Limits& limits,
                                   diag::Sink& sink);

}  // namespace paraneo::syntax
