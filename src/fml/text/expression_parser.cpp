#include "fml/text/expression_parser.h"

#include <algorithm>

#include "fml/text/line_layout.h"
#include "fml/text/list_modes.h"

namespace paraneo::fml {

const syntax::Expression* ExpressionParser::parse() {
  return syntax::parse_expression(tokens_.cursor(), tokens_.map().arena, tokens_.limits(),
                                  tokens_.sink(), {.quoted_is_string = true});
}

const syntax::Expression* ExpressionParser::expression() {
  const auto first = tokens_.cursor().at;
  const auto* e = parse();
  if (e != nullptr) tokens_.map().expression_texts.emplace(e, text_of(first, tokens_.cursor().at));
  return e;
}

// (expression): ends with its bracket, since "as" may follow, which is an operator, too. Where an
// operator follows nevertheless, the brackets were a part of it.
const syntax::Expression* ExpressionParser::bracketed() {
  const auto begin = tokens_.cursor().at;
  if (!tokens_.expect("(")) return nullptr;
  const auto* e = parse();
  if (e == nullptr || !tokens_.expect(")")) return nullptr;
  const auto& next = tokens_.peek();
  if (next.kind == syntax::TokenKind::symbol && !ends_value(next) && !next.is("->")) {
    tokens_.cursor().at = begin;
    return expression();
  }
  tokens_.map().expression_texts.emplace(e, text_of(begin, tokens_.cursor().at));
  return e;
}

bool ExpressionParser::ends_value(const syntax::Token& next) {
  if (next.is(",") || next.is(")") || next.is(";") || next.kind == syntax::TokenKind::end ||
      next.kind == syntax::TokenKind::quoted)
    return true;
  for (const auto& mode : kTargetModes)
    if (next.is_word(mode.word)) return true;
  return next.is_word("as") || next.is_word("then");
}

// The text of the tokens [first, last), without brackets around all of it. What stood on several
// lines comes on one, without comments.
std::string_view ExpressionParser::text_of(std::size_t first, std::size_t last) {
  const auto& tokens = tokens_.all();
  const auto& comments = tokens_.comments();
  for (bool bracketed = true; last > first + 2 && tokens[first].is("(") && bracketed;) {
    int open = 0;
    for (auto i = first; i + 1 < last && bracketed; ++i) {
      open += tokens[i].is("(") ? 1 : tokens[i].is(")") ? -1 : 0;
      bracketed = open > 0;
    }
    if (bracketed) ++first, --last;
  }
  if (last <= first) return {};
  const auto text = std::string_view(tokens_.source().text);
  const auto all = text.substr(tokens[first].begin, tokens[last - 1].end - tokens[first].begin);
  const auto has_comment = std::any_of(comments.begin(), comments.end(), [&](const auto& c) {
    return c.begin > tokens[first].begin && c.end < tokens[last - 1].end;
  });
  if (all.find('\n') == std::string_view::npos && !has_comment) return all;
  std::string joined;
  for (auto i = first; i < last; ++i) {
    const auto token = text.substr(tokens[i].begin, tokens[i].end - tokens[i].begin);
    if (i > first && tokens[i].begin > tokens[i - 1].end) {
      const auto gap = text.substr(tokens[i - 1].end, tokens[i].begin - tokens[i - 1].end);
      const auto is_broken = gap.find_first_not_of(' ') != std::string_view::npos;
      const auto before = text.substr(tokens[i - 1].begin, tokens[i - 1].end - tokens[i - 1].begin);
      if (!is_broken || is_blank_between(before, token)) joined.push_back(' ');
    }
    joined += token;
  }
  return tokens_.map().arena.copy(joined);
}

}  // namespace paraneo::fml
