#include "fml/text/map_tokens.h"

#include <algorithm>

#include "base/budget.h"

namespace paraneo::fml {

MapTokens::MapTokens(const Source& source, const Limits& limits, ast::Map& map, diag::Sink& sink)
    : limits_(limits), map_(map), sink_(sink),
      tokens_(syntax::tokenize(source, map.arena, sink, &comments_)), cursor_{&source, tokens_, 0} {
}

bool MapTokens::fail(const Token& at, std::string message, std::string advice) {
  sink_.report(diag::Code::fml_syntax, std::move(message), cursor_.span(at), {}, std::move(advice));
  return false;
}

bool MapTokens::expect(std::string_view symbol) {
  return take_symbol(symbol) || fail("\"" + std::string(symbol) + "\" is missing here");
}

Span MapTokens::since(const Token& first) const {
  const auto end = cursor_.at == 0 ? first.end : std::max(first.end, tokens_[cursor_.at - 1].end);
  return {cursor_.source, first.begin, end};
}

bool MapTokens::is_text(const Token& token) {
  return token.kind == TokenKind::quoted || token.kind == TokenKind::string;
}

bool MapTokens::is_name(const Token& token) {
  return token.kind == TokenKind::identifier || token.kind == TokenKind::delimited;
}

bool MapTokens::text(std::string_view& to, std::string_view what) {
  if (!is_text(peek())) return fail(std::string(what) + " in quotes must stand here");
  to = take().text;
  return true;
}

// R4 escapes names with double quotes, too.
bool MapTokens::name(std::string_view& to, std::string_view what) {
  if (!is_name(peek()) && (peek().kind != TokenKind::quoted || peek().text.empty()))
    return fail(std::string(what) + " must stand here");
  to = take().text;
  return true;
}

bool MapTokens::type(std::string_view& to) {
  if (!is_text(peek())) return name(to, "a type");
  to = take().text;
  return true;
}

bool MapTokens::path(std::string_view& context, std::string_view& element, Span& element_span) {
  if (!name(context, "a variable")) return false;
  if (!take_symbol(".")) return true;
  const auto first = peek();
  if (!name(element, "an element")) return false;
  std::string all;
  for (std::uint32_t count = 1; take_symbol("."); ++count) {
    std::string_view next;
    if (!name(next, "an element")) return false;
    if (count == limits_.expression_depth_max)
      return fail(
          "the path has more than " + std::to_string(limits_.expression_depth_max) + " elements",
          limit_advice("depth"));
    all.append(all.empty() ? element : "").append(".").append(next);
  }
  if (!all.empty()) element = map_.arena.copy(all);
  element_span = since(first);
  return true;
}

std::uint32_t MapTokens::last_end() const {
  return cursor_.at == 0 ? 0 : tokens_[cursor_.at - 1].end;
}

}  // namespace paraneo::fml
