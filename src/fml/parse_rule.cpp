// source, source -> target, target then { ... } "name";
#include <algorithm>
#include <array>
#include <iterator>

#include "base/budget.h"
#include "fml/map_parser.h"

namespace paraneo::fml {

using namespace ast;

namespace {

struct SourceModeName {
  std::string_view word;
  SourceListMode mode;
};
constexpr std::array<SourceModeName, 5> kSourceModes = {{{"first", SourceListMode::first},
                                                         {"not_first", SourceListMode::not_first},
                                                         {"last", SourceListMode::last},
                                                         {"not_last", SourceListMode::not_last},
                                                         {"only_one", SourceListMode::only_one}}};
struct TargetModeName {
  std::string_view word;
  TargetListMode mode;
};
constexpr std::array<TargetModeName, 5> kTargetModes = {{{"first", TargetListMode::first},
                                                         {"share", TargetListMode::share},
                                                         {"last", TargetListMode::last},
                                                         {"single", TargetListMode::single},
                                                         {"collate", TargetListMode::collate}}};

std::uint32_t count_of(std::string_view digits) {
  std::uint32_t value = 0;
  for (const char c : digits.substr(0, 9)) value = value * 10 + static_cast<std::uint32_t>(c - '0');
  return value;
}

// What a source may have, each in its place.
constexpr std::string_view kSourceWords[] = {"default",  "first", "not_first", "last",  "not_last",
                                             "only_one", "as",    "where",     "check", "log"};

constexpr std::string_view kTargetWords[] = {"as"};

template <class Words>
bool is_one_of(const syntax::Token& token, const Words& words) {
  return std::find(std::begin(words), std::end(words), token.text) != std::end(words) &&
         token.kind != syntax::TokenKind::quoted;
}

}  // namespace

bool MapParser::rules(std::vector<Rule>& to, Comments& comments) {
  if (!expect("{")) return false;
  if (++depth_ > limits_.expression_depth_max)
    return fail("rules are nested deeper than " + std::to_string(limits_.expression_depth_max),
                limit_advice("depth"));
  while (!peek().is("}")) {
    if (peek().kind == TokenKind::end) return fail("\"}\" is missing");
    Rule r;
    r.comments.blank_before = !to.empty() && blank_before(peek().begin);
    comments_before(r.comments, peek().begin);
    if (rule(r)) {
      if (cursor_.peek().is(":") && r.targets.size() == 1) {
        if (!copies(r, to) && !recover_rule()) return false;
        continue;
      }
      comment_after(r.comments);
      to.push_back(std::move(r));
    } else if (!recover_rule()) {
      return false;
    }
  }
  comments_end(comments, peek().begin);
  cursor_.take();
  --depth_;
  return true;
}

// Behind the semicolon of the broken rule.
bool MapParser::recover_rule() {
  int open = 0;
  while (peek().kind != TokenKind::end) {
    if (peek().is("{")) ++open;
    if (peek().is("}") && open-- == 0) return true;
    if (cursor_.take().is(";") && open == 0) return true;
  }
  return false;
}

bool MapParser::rule(Rule& r) {
  const auto first = peek();
  do {
    if (!source(r.sources.emplace_back())) return false;
  } while (cursor_.take_symbol(","));
  if (cursor_.take_symbol("->")) {
    // "src -> tgt: a, b": the caller makes a rule of each.
    const auto is_list =
        is_name(peek()) && peek(1).is(":") && r.sources.size() == 1 && r.sources[0].element.empty();
    if (is_list) return name(r.targets.emplace_back().context, "a variable");
    do {
      if (!target(r.targets.emplace_back())) return false;
    } while (cursor_.take_symbol(","));
  }
  if (cursor_.take_word("then") && !then(r)) return false;
  if (peek().kind == TokenKind::quoted || is_name(peek())) {
    r.name = cursor_.take().text;
    r.named = true;
  }
  if (!expect(";")) return false;
  comments_before(r.comments, last_end());
  r.span = since(first);
  r.simple = r.sources.size() == 1 && r.targets.size() == 1 && r.targets[0].transform.empty() &&
             r.sources[0].variable.empty() && !r.sources[0].element.empty() &&
             r.targets[0].variable.empty() && r.rules.empty() && r.dependents.empty();
  return true;
}

// src -> tgt: a, b; is src.a -> tgt.a; src.b -> tgt.b;
bool MapParser::copies(const Rule& first, std::vector<Rule>& to) {
  const auto begin = to.size();
  do {
    cursor_.take();  // the colon, then commas
    Rule r;
    r.simple = true;
    r.sources.push_back(first.sources[0]);
    r.targets.push_back(first.targets[0]);
    const auto at = peek();
    if (!name(r.sources[0].element, "an element")) return false;
    r.targets[0].element = r.sources[0].element;
    r.span = r.sources[0].span = r.targets[0].span = since(at);
    r.sources[0].element_span = r.targets[0].element_span = r.span;
    if (to.size() == begin) r.comments = first.comments;
    to.push_back(std::move(r));
  } while (peek().is(","));
  // One name for all of them.
  if (peek().kind == TokenKind::quoted) {
    const auto rule_name = cursor_.take().text;
    for (auto i = begin; i < to.size(); ++i) {
      to[i].name = rule_name;
      to[i].named = true;
    }
  }
  if (!expect(";")) return false;
  comment_after(to.back().comments);
  return true;
}

bool MapParser::then(Rule& r) {
  if (!peek().is("{")) {
    do {
      const auto first = peek();
      Dependent d;
      if (!name(d.group, "a group's name") || !arguments(d.arguments)) return false;
      d.span = since(first);
      r.dependents.push_back(std::move(d));
    } while (cursor_.take_symbol(","));
  }
  if (!peek().is("{")) return true;
  comments_before(r.comments, peek().begin);
  return rules(r.rules, r.comments);
}

// context, context.element or context.element.element
bool MapParser::path(std::string_view& context, std::string_view& element, Span& element_span) {
  if (!name(context, "a variable")) return false;
  if (!cursor_.take_symbol(".")) return true;
  const auto first = peek();
  if (!name(element, "an element")) return false;
  std::string all;
  for (std::uint32_t count = 1; cursor_.take_symbol("."); ++count) {
    std::string_view next;
    if (!name(next, "an element")) return false;
    if (count == limits_.expression_depth_max)
      return fail(
          "the path has more than " + std::to_string(limits_.expression_depth_max) + " elements",
          limit_advice("depth"));
    all.append(all.empty() ? element : "").append(".").append(next);
  }
  if (!all.empty()) element = map_->arena.copy(all);
  element_span = since(first);
  return true;
}

bool MapParser::source(RuleSource& s) {
  const auto first = peek();
  if (!path(s.context, s.element, s.element_span)) return false;
  if (cursor_.take_symbol(":") && !type(s.type)) return false;
  if (peek().kind == TokenKind::integer && !cardinality(s)) return false;
  if (cursor_.take_word("default") && !default_value(s)) return false;
  for (const auto& mode : kSourceModes)
    if (cursor_.take_word(mode.word)) s.list = mode.mode;
  if (cursor_.take_word("as") && !name(s.variable, "a variable")) return false;
  if (!condition("where", s.where) || !condition("check", s.check) || !condition("log", s.log))
    return false;
  if (is_one_of(peek(), kSourceWords))
    return fail(
        "\"" + std::string(peek().text) + "\" stands too late",
        "the order is: context.element : type min..max default (...) first as name where (...) check (...) log (...)");
  s.span = since(first);
  return true;
}

bool MapParser::condition(std::string_view word, const syntax::Expression*& to) {
  return !cursor_.take_word(word) || (to = expression()) != nullptr;
}

// A text alone is the oldest form.
bool MapParser::default_value(RuleSource& s) {
  if (is_text(peek())) return (s.default_value = expression()) != nullptr;
  return (s.default_value = bracketed()) != nullptr;
}

// (expression): ends with its bracket, since "as" may follow, which is an operator, too. Where an
// operator follows nevertheless, the brackets were a part of it.
const syntax::Expression* MapParser::bracketed() {
  const auto begin = cursor_.at;
  if (!expect("(")) return nullptr;
  const auto* e =
      syntax::parse_expression(cursor_, map_->arena, limits_, sink_, {.quoted_is_string = true});
  if (e == nullptr || !expect(")")) return nullptr;
  const auto& next = peek();
  if (next.kind == TokenKind::symbol && !ends_argument(0) && !next.is("->")) {
    cursor_.at = begin;
    return expression();
  }
  map_->expression_texts.emplace(e, expression_text(begin, cursor_.at));
  return e;
}

bool MapParser::cardinality(RuleSource& s) {
  s.min = count_of(cursor_.take().text);
  if (!expect(".") || !expect(".")) return false;
  if (cursor_.take_symbol("*")) return true;
  if (peek().kind != TokenKind::integer) return fail("a number or * must stand here");
  s.max = count_of(cursor_.take().text);
  return true;
}

bool MapParser::target(RuleTarget& t) {
  const auto first = peek();
  const auto is_call = is_name(peek()) && peek(1).is("(");
  if (peek().is("(") || is_call) {
    if (!transform(t)) return false;
  } else {
    if (!path(t.context, t.element, t.element_span)) return false;
    const auto is_used =
        peek().is("=") || peek().is_word("as") || peek().is_word("then") || peek().is(",");
    if (t.element.empty() && !is_used)
      return fail(first, "an element of \"" + std::string(t.context) + "\" must be named",
                  "as in " + std::string(t.context) + ".element");
    if (cursor_.take_symbol("=") && !transform(t)) return false;
  }
  if (cursor_.take_word("as") && !name(t.variable, "a variable")) return false;
  for (const auto& mode : kTargetModes) {
    if (!cursor_.take_word(mode.word)) continue;
    t.list = mode.mode;
    if (mode.mode == TargetListMode::share && !name(t.list_rule, "the shared rule's name"))
      return false;
  }
  if (is_one_of(peek(), kTargetWords))
    return fail("\"as\" stands too late",
                "the order is: context.element = transform(...) as name share other");
  t.span = since(first);
  return true;
}

bool MapParser::transform(RuleTarget& t) {
  if (is_name(peek()) && peek(1).is("(")) {
    t.transform = cursor_.take().text;
    return t.transform == "evaluate" ? evaluate(t) : arguments(t.arguments);
  }
  if (peek().is("(")) {
    const auto first = peek();
    const auto* e = bracketed();
    if (e == nullptr) return false;
    t.transform = "evaluate";
    t.arguments.push_back({e, since(first)});
    return true;
  }
  t.transform = "copy";
  return argument(t.arguments.emplace_back());
}

bool MapParser::arguments(std::vector<Argument>& to) {
  if (!expect("(")) return false;
  if (cursor_.take_symbol(")")) return true;
  do {
    if (!argument(to.emplace_back())) return false;
  } while (cursor_.take_symbol(","));
  return expect(")");
}

// evaluate(variable, expression): here a name alone is an element, too.
bool MapParser::evaluate(RuleTarget& t) {
  const auto has_variable = is_name(peek(1)) && peek(2).is(",");
  if (!expect("(") || (has_variable && (!argument(t.arguments.emplace_back()) || !expect(","))))
    return false;
  const auto first = peek();
  const auto* e = expression();
  if (e == nullptr) return false;
  t.arguments.push_back({e, since(first)});
  return expect(")");
}

bool MapParser::ends_argument(std::size_t ahead) const {
  const auto& next = peek(ahead);
  if (next.is(",") || next.is(")") || next.is(";") || next.kind == TokenKind::end ||
      next.kind == TokenKind::quoted)
    return true;
  for (const auto& mode : kTargetModes)
    if (next.is_word(mode.word)) return true;
  return next.is_word("as") || next.is_word("then");
}

// A literal or a variable stands alone; everything else is an expression.
bool MapParser::argument(Argument& to) {
  const auto first = peek();
  std::size_t count = 0;
  if (const auto found = literal(count); found && ends_argument(count)) {
    while (count-- > 0) cursor_.take();
    to = {*found, since(first)};
    return true;
  }
  if (is_name(first) && ends_argument(1)) {
    to = {VariableUse{cursor_.take().text}, since(first)};
    return true;
  }
  const auto* e = expression();
  if (e == nullptr) return false;
  to = {e, since(first)};
  return true;
}

std::optional<Literal> MapParser::literal(std::size_t& tokens) const {
  using Kind = Literal::Kind;
  const auto is_negative = peek().is("-");
  const auto& token = peek(is_negative ? 1 : 0);
  const auto is_number = token.kind == TokenKind::integer || token.kind == TokenKind::decimal;
  if (is_negative && !is_number) return std::nullopt;
  tokens = is_negative ? 2 : 1;
  const auto text = is_negative ? map_->arena.copy("-" + std::string(token.text)) : token.text;
  switch (token.kind) {
    case TokenKind::string:
    case TokenKind::quoted: return Literal{Kind::string, text};
    case TokenKind::integer: return Literal{Kind::integer, text};
    case TokenKind::decimal: return Literal{Kind::decimal, text};
    case TokenKind::date: return Literal{Kind::date, text};
    case TokenKind::date_time: return Literal{Kind::date_time, text};
    case TokenKind::time: return Literal{Kind::time, text};
    case TokenKind::identifier:
      if (token.text == "true" || token.text == "false") return Literal{Kind::boolean, text};
      return std::nullopt;
    default: return std::nullopt;
  }
}

}  // namespace paraneo::fml
