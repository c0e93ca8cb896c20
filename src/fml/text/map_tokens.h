// The tokens of a `.map` text, as its parsers take them: one after the other, with what was wrong
// at each. Internal to this folder.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "diag/diagnostic.h"
#include "fml/ast.h"
#include "syntax/parse_expression.h"

namespace paraneo::fml {

// What says bool is false after a mistake, which was reported. Not thread-safe. Source, limits and
// sink outlive it; texts that are not in the source live in the map's arena.
class MapTokens {
 public:
  using Token = syntax::Token;
  using TokenKind = syntax::TokenKind;

  // Reads all tokens at once, and the comments beside them.
  MapTokens(const Source& source, const Limits& limits, ast::Map& map, diag::Sink& sink);

  const Token& peek(std::size_t ahead = 0) const { return cursor_.peek(ahead); }
  const Token& take() { return cursor_.take(); }
  bool take_symbol(std::string_view symbol) { return cursor_.take_symbol(symbol); }
  bool take_word(std::string_view word) { return cursor_.take_word(word); }
  bool is_at_end() const { return peek().kind == TokenKind::end; }

  bool fail(std::string message, std::string advice = {}) {
    return fail(peek(), std::move(message), std::move(advice));
  }
  // Reports it there; always false.
  bool fail(const Token& at, std::string message, std::string advice = {});

  // Takes the symbol, or fails.
  bool expect(std::string_view symbol);
  // `what` must stand here: it goes to `to`.
  bool text(std::string_view& to, std::string_view what);
  bool name(std::string_view& to, std::string_view what);
  // A type's name, or its URL in quotes.
  bool type(std::string_view& to);
  // context, context.element or context.element.element
  bool path(std::string_view& context, std::string_view& element, Span& element_span);
  static bool is_name(const Token& token);
  static bool is_text(const Token& token);

  // From the beginning of `first` to the end of what was taken last.
  Span since(const Token& first) const;
  Span span(const Token& token) const { return cursor_.span(token); }
  // Where the token that was taken last ends; 0 before the first.
  std::uint32_t last_end() const;

  const Source& source() const { return *cursor_.source; }
  const Limits& limits() const { return limits_; }
  diag::Sink& sink() { return sink_; }
  ast::Map& map() { return map_; }
  const std::vector<Token>& all() const { return tokens_; }
  const std::vector<syntax::Comment>& comments() const { return comments_; }
  // For the parser of expressions, and to go back.
  syntax::Cursor& cursor() { return cursor_; }

 private:
  const Limits& limits_;
  ast::Map& map_;
  diag::Sink& sink_;
  std::vector<syntax::Comment> comments_;
  std::vector<Token> tokens_;
  syntax::Cursor cursor_;
};

}  // namespace paraneo::fml
