// Precedence climbing over FHIRPath's operators. Entry points: parse_expression().
#include "syntax/parse_expression.h"

#include <array>
#include <vector>

#include "base/budget.h"
#include "base/utf8.h"

namespace paraneo::syntax {
namespace {

using Kind = ExpressionKind;

struct Operator {
  std::string_view text;
  int strength;  // higher binds tighter
};

constexpr int kStrengthUnary = 11;
constexpr std::array<Operator, 24> kOperators = {{
    {"implies", 1}, {"or", 2}, {"xor", 2}, {"and", 3}, {"in", 4},   {"contains", 4},
    {"=", 5},       {"~", 5},  {"!=", 5},  {"!~", 5},  {"<", 6},    {">", 6},
    {"<=", 6},      {">=", 6}, {"|", 7},   {"is", 8},  {"as", 8},   {"+", 9},
    {"-", 9},       {"&", 9},  {"*", 10},  {"/", 10},  {"div", 10}, {"mod", 10},
}};

constexpr std::array<std::string_view, 16> kCalendarUnits = {
    "year", "years", "month",  "months",  "week",   "weeks",   "day",         "days",
    "hour", "hours", "minute", "minutes", "second", "seconds", "millisecond", "milliseconds"};

bool is_calendar_unit(const Token& token) {
  for (const auto unit : kCalendarUnits)
    if (token.is_word(unit)) return true;
  return false;
}

int strength_of(const Token& token) {
  if (token.kind != TokenKind::symbol && token.kind != TokenKind::identifier) return 0;
  for (const auto& op : kOperators)
    if (token.text == op.text) return op.strength;
  return 0;
}

class ExpressionParser {
 public:
  ExpressionParser(Cursor& cursor, Arena& arena, const Limits& limits, diag::Sink& sink,
                   const ExpressionOptions& options)
      : cursor_(cursor), arena_(arena), limits_(limits), sink_(sink), options_(options) {}

  const Expression* expression(int strength_min = 1) {
    if (++depth_ > limits_.expression_depth_max) {
      too_deep(cursor_.peek());
      return nullptr;
    }
    const auto* left = prefix();
    while (left != nullptr) {
      const auto token = cursor_.peek();
      const auto strength = strength_of(token);
      if (strength < strength_min || strength == 0) break;
      cursor_.take();
      left = token.is_word("is") || token.is_word("as") ? type_operator(left, token)
                                                        : binary(left, token, strength);
    }
    --depth_;
    return left;
  }

 private:
  const Expression* fail(const Token& at, std::string message, std::string advice = {}) {
    sink_.report(diag::Code::syntax_expression, std::move(message), cursor_.span(at), {},
                 std::move(advice));
    return nullptr;
  }

  const Expression* too_deep(const Token& at) {
    return fail(
        at, "the expression is nested deeper than " + std::to_string(limits_.expression_depth_max),
        limit_advice("depth"));
  }

  Expression* make(Kind kind, const Token& token, std::string_view text = {}) {
    auto* node = arena_.make<Expression>();
    node->kind = kind;
    node->text = text;
    node->span = cursor_.span(token);
    return node;
  }

  const Expression* with(Expression* node, std::initializer_list<const Expression*> operands) {
    return with(node, std::span<const Expression* const>(operands.begin(), operands.size()));
  }

  const Expression* with(Expression* node, std::span<const Expression* const> operands) {
    auto list = arena_.make_array<const Expression*>(operands.size());
    for (std::size_t i = 0; i < operands.size(); ++i) {
      if (operands[i] == nullptr) return nullptr;
      list[i] = operands[i];
      node->depth = std::max(node->depth, operands[i]->depth + 1);
      node->span.begin = std::min(node->span.begin, operands[i]->span.begin);
      node->span.end = std::max(node->span.end, operands[i]->span.end);
    }
    node->operands = list;
    // Long chains nest to the left without nesting the parser.
    if (node->depth > limits_.expression_depth_max) return too_deep(cursor_.peek());
    return node;
  }

  const Expression* binary(const Expression* left, const Token& op, int strength) {
    const auto* right = expression(strength + 1);
    if (right == nullptr) return nullptr;
    return with(make(Kind::binary, op, op.text), {left, right});
  }

  const Expression* type_operator(const Expression* left, const Token& op) {
    const auto type = type_name();
    if (type.empty()) return nullptr;
    return with(make(op.text == "is" ? Kind::type_is : Kind::type_as, op, type), {left});
  }

  // Identifier, or identifier.identifier.
  std::string_view type_name() {
    const auto first = cursor_.peek();
    if (first.kind != TokenKind::identifier && first.kind != TokenKind::delimited) {
      fail(first, "a type name must follow", "as in Patient, FHIR.string or System.Integer");
      return {};
    }
    cursor_.take();
    if (!cursor_.peek().is(".")) return first.text;
    const auto second = cursor_.peek(1);
    if (second.kind != TokenKind::identifier && second.kind != TokenKind::delimited)
      return first.text;
    if (first.text != "System" && first.text != "FHIR" && first.kind != TokenKind::delimited)
      return first.text;
    cursor_.take();
    cursor_.take();
    return arena_.copy(std::string(first.text) + "." + std::string(second.text));
  }

  const Expression* prefix() {
    const auto token = cursor_.peek();
    if (token.is("-") || token.is("+")) {
      cursor_.take();
      const auto* operand = expression(kStrengthUnary + 1);
      if (operand == nullptr) return nullptr;
      return with(make(Kind::unary, token, token.text), {operand});
    }
    return postfix(term());
  }

  const Expression* postfix(const Expression* focus) {
    while (focus != nullptr) {
      const auto token = cursor_.peek();
      if (token.is(".")) {
        cursor_.take();
        focus = invocation(focus);
      } else if (token.is("[")) {
        cursor_.take();
        const auto* index = expression();
        if (index == nullptr) return nullptr;
        if (!cursor_.take_symbol("]")) return fail(cursor_.peek(), "] is missing");
        focus = with(make(Kind::indexer, token), {focus, index});
      } else {
        break;
      }
    }
    return focus;
  }

  const Expression* invocation(const Expression* focus) {
    const auto token = cursor_.peek();
    if (token.is("$")) return special();
    const auto is_name = token.kind == TokenKind::identifier ||
                         token.kind == TokenKind::delimited ||
                         (token.kind == TokenKind::quoted && !options_.quoted_is_string);
    if (!is_name || token.text.empty()) return fail(token, "a name must follow the point");
    cursor_.take();
    return cursor_.peek().is("(") && token.kind == TokenKind::identifier ? call(token, focus)
                                                                         : member(token, focus);
  }

  const Expression* member(const Token& name, const Expression* focus) {
    auto* node = make(Kind::member, name, name.text);
    node->has_focus = focus != nullptr;
    if (focus == nullptr) return node;
    return with(node, {focus});
  }

  const Expression* call(const Token& name, const Expression* focus) {
    auto* node = make(Kind::call, name, name.text);
    node->has_focus = focus != nullptr;
    std::vector<const Expression*> operands;
    if (focus != nullptr) operands.push_back(focus);
    cursor_.take();  // (
    if (!cursor_.peek().is(")")) {
      do {
        const auto* argument = expression();
        if (argument != nullptr && name.text == "sort") argument = sort_order(argument);
        if (argument == nullptr) return nullptr;
        operands.push_back(argument);
      } while (cursor_.take_symbol(","));
    }
    const auto close = cursor_.peek();
    if (!cursor_.take_symbol(")")) return fail(close, ") is missing");
    node->span.end = close.end;
    return with(node, operands);
  }

  // A key of sort() may be followed by asc or desc.
  const Expression* sort_order(const Expression* key) {
    const auto word = cursor_.peek();
    if (cursor_.take_word("asc") || !cursor_.take_word("desc")) return key;
    return with(make(Kind::unary, word, "desc"), {key});
  }

  const Expression* special() {
    const auto dollar = cursor_.take();
    const auto word = cursor_.take();
    auto* node = make(Kind::this_item, dollar);
    node->span.end = word.end;
    if (word.is_word("index")) node->kind = Kind::index;
    else if (word.is_word("total")) node->kind = Kind::total;
    else if (!word.is_word("this")) return fail(word, "after $ stands this, index or total");
    return node;
  }

  const Expression* term() {
    const auto token = cursor_.peek();
    switch (token.kind) {
      case TokenKind::string: return literal(Kind::string);
      case TokenKind::quoted: return options_.quoted_is_string ? literal(Kind::string) : named();
      case TokenKind::integer: return number(Kind::integer);
      case TokenKind::long_integer: return literal(Kind::long_integer);
      case TokenKind::decimal: return number(Kind::decimal);
      case TokenKind::date: return literal(Kind::date);
      case TokenKind::date_time: return literal(Kind::date_time);
      case TokenKind::time: return literal(Kind::time);
      case TokenKind::delimited: return named();
      case TokenKind::identifier:
        if (token.text == "true" || token.text == "false") return literal(Kind::boolean);
        return named();
      case TokenKind::symbol: return bracketed(token);
      case TokenKind::metadata:
      case TokenKind::end: break;
    }
    return fail(token, token.kind == TokenKind::end ? "the expression ends too early"
                                                    : "an expression must stand here");
  }

  const Expression* named() {
    const auto token = cursor_.take();
    if (token.text.empty()) return fail(token, "a name has at least one character");
    return cursor_.peek().is("(") && token.kind == TokenKind::identifier ? call(token, nullptr)
                                                                         : member(token, nullptr);
  }

  const Expression* literal(Kind kind) {
    const auto token = cursor_.take();
    return make(kind, token, token.text);
  }

  const Expression* number(Kind kind) {
    const auto token = cursor_.take();
    auto* node = make(kind, token, token.text);
    const auto unit = cursor_.peek();
    if (is_calendar_unit(unit) || unit.kind == TokenKind::string) {
      cursor_.take();
      node->kind = Kind::quantity;
      node->unit = unit.text;
      node->calendar_unit = unit.kind == TokenKind::identifier;
      node->span.end = unit.end;
    }
    return node;
  }

  const Expression* bracketed(const Token& token) {
    if (token.is("$")) return special();
    if (token.is("%")) {
      cursor_.take();
      const auto name = cursor_.take();
      const auto is_name = name.kind == TokenKind::identifier ||
                           name.kind == TokenKind::delimited || name.kind == TokenKind::string ||
                           name.kind == TokenKind::quoted;
      if (!is_name || name.text.empty()) return fail(name, "a variable's name must follow %");
      auto* node = make(Kind::variable, token, name.text);
      node->span.end = name.end;
      return node;
    }
    if (token.is("{")) {
      cursor_.take();
      if (!cursor_.take_symbol("}"))
        return fail(cursor_.peek(), "} is missing", "{} is the empty collection");
      return make(Kind::empty, token);
    }
    if (token.is("(")) {
      cursor_.take();
      const auto* inner = expression();
      if (inner == nullptr) return nullptr;
      if (!cursor_.take_symbol(")")) return fail(cursor_.peek(), ") is missing");
      return inner;
    }
    return fail(token, "an expression must stand here");
  }

  Cursor& cursor_;
  Arena& arena_;
  const Limits& limits_;
  diag::Sink& sink_;
  const ExpressionOptions& options_;
  std::uint32_t depth_ = 0;
};

}  // namespace

const Expression* parse_expression(Cursor& cursor, Arena& arena, const Limits& limits,
                                   diag::Sink& sink, const ExpressionOptions& options) {
  return ExpressionParser(cursor, arena, limits, sink, options).expression();
}

const Expression* parse_expression(const Source& source, Arena& arena, const Limits& limits,
                                   diag::Sink& sink) {
  if (source.text.size() > limits.expression_bytes_max) {
    sink.report(
        diag::Code::syntax_expression,
        "the expression is longer than " + std::to_string(limits.expression_bytes_max) + " bytes",
        {}, {}, limit_advice("size"));
    return nullptr;
  }
  if (const auto bad = utf8::first_invalid(source.text); bad != std::string::npos) {
    const auto at = static_cast<std::uint32_t>(bad);
    sink.report(diag::Code::syntax_expression, "this is not valid UTF-8", {&source, at, at + 1});
    return nullptr;
  }
  const auto errors = sink.errors();
  const auto tokens = tokenize(source, arena, sink);
  if (sink.errors() != errors) return nullptr;
  Cursor cursor{&source, tokens, 0};
  const auto* expression = parse_expression(cursor, arena, limits, sink);
  if (expression != nullptr && cursor.peek().kind != TokenKind::end) {
    sink.report(diag::Code::syntax_expression, "the expression should end here",
                cursor.span(cursor.peek()));
    return nullptr;
  }
  return expression;
}

}  // namespace paraneo::syntax
