#include "fml/text/target_parser.h"

#include "fml/text/list_modes.h"

namespace paraneo::fml {

using namespace ast;

bool TargetParser::parse(RuleTarget& t) {
  const auto first = tokens_.peek();
  const auto is_call = MapTokens::is_name(tokens_.peek()) && tokens_.peek(1).is("(");
  if (tokens_.peek().is("(") || is_call) {
    if (!transform(t)) return false;
  } else {
    if (!tokens_.path(t.context, t.element, t.element_span)) return false;
    const auto is_used = tokens_.peek().is("=") || tokens_.peek().is_word("as") ||
                         tokens_.peek().is_word("then") || tokens_.peek().is(",");
    if (t.element.empty() && !is_used)
      return tokens_.fail(first, "an element of \"" + std::string(t.context) + "\" must be named",
                          "as in " + std::string(t.context) + ".element");
    if (tokens_.take_symbol("=") && !transform(t)) return false;
  }
  if (tokens_.take_word("as") && !tokens_.name(t.variable, "a variable")) return false;
  for (const auto& mode : kTargetModes) {
    if (!tokens_.take_word(mode.word)) continue;
    t.list = mode.mode;
    if (mode.mode == TargetListMode::share && !tokens_.name(t.list_rule, "the shared rule's name"))
      return false;
  }
  if (tokens_.peek().is_word("as"))
    return tokens_.fail("\"as\" stands too late",
                        "the order is: context.element = transform(...) as name share other");
  t.span = tokens_.since(first);
  return true;
}

bool TargetParser::transform(RuleTarget& t) {
  if (MapTokens::is_name(tokens_.peek()) && tokens_.peek(1).is("(")) {
    t.transform = tokens_.take().text;
    return t.transform == "evaluate" ? evaluate(t) : arguments(t.arguments);
  }
  if (tokens_.peek().is("(")) {
    const auto first = tokens_.peek();
    const auto* e = expressions_.bracketed();
    if (e == nullptr) return false;
    t.transform = "evaluate";
    t.arguments.push_back({e, tokens_.since(first)});
    return true;
  }
  t.transform = "copy";
  return argument(t.arguments.emplace_back());
}

bool TargetParser::arguments(std::vector<Argument>& to) {
  if (!tokens_.expect("(")) return false;
  if (tokens_.take_symbol(")")) return true;
  do {
    if (!argument(to.emplace_back())) return false;
  } while (tokens_.take_symbol(","));
  return tokens_.expect(")");
}

// evaluate(variable, expression): here a name alone is an element, too.
bool TargetParser::evaluate(RuleTarget& t) {
  const auto has_variable = MapTokens::is_name(tokens_.peek(1)) && tokens_.peek(2).is(",");
  if (!tokens_.expect("(") ||
      (has_variable && (!argument(t.arguments.emplace_back()) || !tokens_.expect(","))))
    return false;
  const auto first = tokens_.peek();
  const auto* e = expressions_.expression();
  if (e == nullptr) return false;
  t.arguments.push_back({e, tokens_.since(first)});
  return tokens_.expect(")");
}

// A literal or a variable stands alone; everything else is an expression.
bool TargetParser::argument(Argument& to) {
  const auto first = tokens_.peek();
  std::size_t count = 0;
  if (const auto found = literal(count);
      found && ExpressionParser::ends_value(tokens_.peek(count))) {
    while (count-- > 0) tokens_.take();
    to = {*found, tokens_.since(first)};
    return true;
  }
  if (MapTokens::is_name(first) && ExpressionParser::ends_value(tokens_.peek(1))) {
    to = {VariableUse{tokens_.take().text}, tokens_.since(first)};
    return true;
  }
  const auto* e = expressions_.expression();
  if (e == nullptr) return false;
  to = {e, tokens_.since(first)};
  return true;
}

std::optional<Literal> TargetParser::literal(std::size_t& tokens) const {
  using Kind = Literal::Kind;
  const auto is_negative = tokens_.peek().is("-");
  const auto& token = tokens_.peek(is_negative ? 1 : 0);
  const auto is_number =
      token.kind == syntax::TokenKind::integer || token.kind == syntax::TokenKind::decimal;
  if (is_negative && !is_number) return std::nullopt;
  tokens = is_negative ? 2 : 1;
  const auto text =
      is_negative ? tokens_.map().arena.copy("-" + std::string(token.text)) : token.text;
  switch (token.kind) {
    case syntax::TokenKind::string:
    case syntax::TokenKind::quoted: return Literal{Kind::string, text};
    case syntax::TokenKind::integer: return Literal{Kind::integer, text};
    case syntax::TokenKind::decimal: return Literal{Kind::decimal, text};
    case syntax::TokenKind::date: return Literal{Kind::date, text};
    case syntax::TokenKind::date_time: return Literal{Kind::date_time, text};
    case syntax::TokenKind::time: return Literal{Kind::time, text};
    case syntax::TokenKind::identifier:
      if (token.text == "true" || token.text == "false") return Literal{Kind::boolean, text};
      return std::nullopt;
    default: return std::nullopt;
  }
}

}  // namespace paraneo::fml
