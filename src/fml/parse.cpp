// Recursive descent over the tokens of a map. Entry point: parse(). After a mistake in a rule,
// parsing goes on behind its semicolon, so that one run shows all mistakes.
#include "fml/parse.h"

#include <array>

#include "syntax/parse_expression.h"

namespace paraneo::fml {
namespace {

using namespace ast;
using syntax::Token;
using syntax::TokenKind;

constexpr syntax::ExpressionOptions kExpressions{.quoted_is_string = true};

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

class MapParser {
 public:
  MapParser(const Source& source, const Limits& limits, diag::Sink& sink)
      : limits_(limits), sink_(sink), map_(std::make_unique<Map>()) {
    tokens_ = syntax::tokenize(source, map_->arena, sink);
    cursor_ = {&source, tokens_, 0};
    map_->span = {&source, 0, static_cast<std::uint32_t>(source.text.size())};
  }

  std::unique_ptr<Map> map() {
    metadata();
    while (peek().kind != TokenKind::end) {
      if (!section()) recover_section();
    }
    return std::move(map_);
  }

 private:
  const Token& peek(std::size_t ahead = 0) const { return cursor_.peek(ahead); }
  bool fail(std::string message, std::string advice = {}) { return fail(peek(), std::move(message), std::move(advice)); }
  bool fail(const Token& at, std::string message, std::string advice = {}) {
    sink_.report(diag::Code::fml_syntax, std::move(message), cursor_.span(at), {}, std::move(advice));
    return false;
  }
  bool expect(std::string_view symbol) {
    return cursor_.take_symbol(symbol) || fail("\"" + std::string(symbol) + "\" is missing here");
  }
  Span since(const Token& first) const {
    const auto end = cursor_.at == 0 ? first.end : tokens_[cursor_.at - 1].end;
    return {cursor_.source, first.begin, end};
  }

  bool text(std::string_view& to, std::string_view what) {
    if (peek().kind != TokenKind::quoted && peek().kind != TokenKind::string)
      return fail(std::string(what) + " in quotes must stand here");
    to = cursor_.take().text;
    return true;
  }
  static bool is_name(const Token& token) {
    return token.kind == TokenKind::identifier || token.kind == TokenKind::delimited;
  }
  bool name(std::string_view& to, std::string_view what) {
    if (!is_name(peek())) return fail(std::string(what) + " must stand here");
    to = cursor_.take().text;
    return true;
  }

  // Behind the next thing that can begin a section.
  void recover_section() {
    while (peek().kind != TokenKind::end) {
      cursor_.take();
      for (const auto word : {"group", "uses", "imports", "conceptmap", "const"})
        if (peek().is_word(word)) return;
    }
  }

  void metadata() {
    while (peek().kind == TokenKind::metadata) {
      const auto line = cursor_.take().text;
      const auto equals = line.find('=');
      if (equals == std::string_view::npos) continue;
      const auto trim = [](std::string_view t) {
        const auto begin = t.find_first_not_of(" \t\r");
        if (begin == std::string_view::npos) return std::string_view();
        return t.substr(begin, t.find_last_not_of(" \t\r") - begin + 1);
      };
      auto value = trim(line.substr(equals + 1));
      if (value.size() > 1 && (value[0] == '\'' || value[0] == '"')) value = value.substr(1, value.find(value[0], 1) - 1);
      add_metadata(trim(line.substr(0, equals)), value);
    }
  }

  void add_metadata(std::string_view path, std::string_view value) {
    if (path == "url") map_->url = value;
    if (path == "name") map_->name = value;
    map_->metadata.push_back({path, value});
  }

  bool section() {
    const auto& token = peek();
    if (token.kind == TokenKind::metadata) {
      metadata();
      return true;
    }
    if (token.is_word("map")) return header();
    if (token.is_word("uses")) return uses();
    if (token.is_word("imports")) return imports();
    if (token.is_word("const") || token.is_word("let")) return constant();
    if (token.is_word("conceptmap")) return concept_map();
    if (token.is_word("group")) return group();
    return fail("a map has uses, imports, const, conceptmap and group here");
  }

  bool header() {
    cursor_.take();
    std::string_view url, title;
    if (!text(url, "the map's URL") || !expect("=") || !text(title, "the map's name")) return false;
    add_metadata("url", url);
    add_metadata("name", title);
    return true;
  }

  bool uses() {
    const auto first = cursor_.take();
    Structure s;
    if (!text(s.url, "the URL of a StructureDefinition")) return false;
    if (cursor_.take_word("alias") && !name(s.alias, "an alias")) return false;
    if (!cursor_.take_word("as")) return fail("\"as\" and a mode must follow");
    const auto mode = cursor_.take();
    if (mode.is_word("source")) s.mode = ModelMode::source;
    else if (mode.is_word("queried")) s.mode = ModelMode::queried;
    else if (mode.is_word("target")) s.mode = ModelMode::target;
    else if (mode.is_word("produced")) s.mode = ModelMode::produced;
    else return fail(mode, "the mode is source, queried, target or produced");
    cursor_.take_symbol(";");
    s.span = since(first);
    map_->structures.push_back(s);
    return true;
  }

  bool imports() {
    const auto first = cursor_.take();
    Import i;
    if (!text(i.url, "the URL of a map")) return false;
    cursor_.take_symbol(";");
    i.span = since(first);
    map_->imports.push_back(i);
    return true;
  }

  bool constant() {
    const auto first = cursor_.take();
    Constant c;
    if (!name(c.name, "the constant's name") || !expect("=")) return false;
    c.value = expression();
    if (c.value == nullptr || !expect(";")) return false;
    c.span = since(first);
    map_->constants.push_back(c);
    return true;
  }

  struct Prefix {
    std::string_view name, system;
  };

  bool concept_map() {
    const auto first = cursor_.take();
    InlineConceptMap out;
    if (!text(out.id, "the concept map's id") || !expect("{")) return false;
    std::vector<Prefix> prefixes;
    while (cursor_.take_word("prefix")) {
      Prefix prefix;
      if (!name(prefix.name, "a prefix") || !expect("=") || !text(prefix.system, "the code system's URL")) return false;
      prefixes.push_back(prefix);
    }
    while (!peek().is("}")) {
      CodeRow row;
      if (peek().kind == TokenKind::end) return fail("\"}\" is missing");
      if (cursor_.take_word("unmapped")) return fail("unmapped is not possible in this version");
      if (!code(prefixes, row.source_system, row.source_code)) return false;
      if (!equivalence(row.equivalence)) return false;
      if (!code(prefixes, row.target_system, row.target_code)) return false;
      out.rows.push_back(row);
    }
    cursor_.take();
    out.span = since(first);
    map_->concept_maps.push_back(std::move(out));
    return true;
  }

  bool code(const std::vector<Prefix>& prefixes, std::string_view& system, std::string_view& value) {
    const auto at = peek();
    std::string_view prefix;
    if (!name(prefix, "a prefix") || !expect(":")) return false;
    bool known = false;
    for (const auto& p : prefixes) {
      if (p.name != prefix) continue;
      system = p.system;
      known = true;
    }
    if (!known) return fail(at, "there is no prefix " + std::string(prefix));
    if (peek().kind == TokenKind::quoted || peek().kind == TokenKind::string) {
      value = cursor_.take().text;
      return true;
    }
    // A code may look like several tokens (2157-6): all that is written together.
    const auto begin = peek().begin;
    if (!is_name(peek()) && peek().kind != TokenKind::integer && peek().kind != TokenKind::decimal)
      return fail("a code must stand here", "put codes with other characters in quotes");
    auto end = cursor_.take().end;
    while (peek().begin == end && (is_name(peek()) || peek().is("-") || peek().kind == TokenKind::integer)) end = cursor_.take().end;
    value = std::string_view(cursor_.source->text).substr(begin, end - begin);
    return true;
  }

  bool equivalence(std::string_view& to) {
    struct Sign {
      std::string_view a, b, word;
    };
    constexpr std::array<Sign, 8> kSigns = {{{"=", "=", "equivalent"}, {"=", "", "equal"}, {"!=", "", "disjoint"},
                                             {"-", "", "unmatched"}, {"<=", "", "subsumes"}, {">=", "", "specializes"},
                                             {"~", "", "inexact"}, {"->", "", "equivalent"}}};
    for (const auto& sign : kSigns) {
      if (!peek().is(sign.a) || (!sign.b.empty() && !peek(1).is(sign.b))) continue;
      cursor_.take();
      if (!sign.b.empty()) cursor_.take();
      to = sign.word;
      return true;
    }
    return fail("== or another equivalence must stand here");
  }

  bool group() {
    const auto first = cursor_.take();
    Group g;
    if (!name(g.name, "the group's name") || !expect("(")) return false;
    if (!peek().is(")")) {
      do {
        if (!parameter(g)) return false;
      } while (cursor_.take_symbol(","));
    }
    if (!expect(")")) return false;
    if (cursor_.take_word("extends") && !name(g.extends, "the extended group's name")) return false;
    if (cursor_.take_symbol("<<")) {
      if (!cursor_.take_word("types") && !cursor_.take_word("type")) return fail("<<types>> or <<type+>> must stand here");
      g.type_mode = cursor_.take_symbol("+") ? TypeMode::type_and_types : TypeMode::types;
      if (!expect(">>")) return false;
    }
    g.span = since(first);
    if (!rules(g.rules)) return false;
    map_->groups.push_back(std::move(g));
    return true;
  }

  bool parameter(Group& g) {
    const auto first = peek();
    Parameter p;
    if (cursor_.take_word("source")) p.mode = InputMode::source;
    else if (cursor_.take_word("target")) p.mode = InputMode::target;
    else return fail("a parameter begins with source or target");
    if (!name(p.name, "the parameter's name")) return false;
    if (cursor_.take_symbol(":") && !type(p.type)) return false;
    p.span = since(first);
    g.parameters.push_back(p);
    return true;
  }

  bool type(std::string_view& to) {
    if (peek().kind == TokenKind::quoted || peek().kind == TokenKind::string) {
      to = cursor_.take().text;
      return true;
    }
    return name(to, "a type");
  }

  bool rules(std::vector<Rule>& to) {
    if (!expect("{")) return false;
    if (++depth_ > limits_.expression_depth_max) return fail("rules are nested too deeply");
    while (!peek().is("}")) {
      if (peek().kind == TokenKind::end) return fail("\"}\" is missing");
      Rule r;
      if (rule(r)) to.push_back(std::move(r));
      else if (!recover_rule()) return false;
    }
    cursor_.take();
    --depth_;
    return true;
  }

  // Behind the semicolon of the broken rule.
  bool recover_rule() {
    int open = 0;
    while (peek().kind != TokenKind::end) {
      if (peek().is("{")) ++open;
      if (peek().is("}") && open-- == 0) return true;
      if (cursor_.take().is(";") && open == 0) return true;
    }
    return false;
  }

  bool rule(Rule& r) {
    const auto first = peek();
    do {
      if (!source(r.sources.emplace_back())) return false;
    } while (cursor_.take_symbol(","));
    if (cursor_.take_symbol("->")) {
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
    r.span = since(first);
    r.simple = r.sources.size() == 1 && r.targets.size() == 1 && r.targets[0].transform.empty() &&
               r.sources[0].variable.empty() && !r.sources[0].element.empty() && r.targets[0].variable.empty() &&
               r.rules.empty() && r.dependents.empty();
    return true;
  }

  bool then(Rule& r) {
    if (peek().is("{")) return rules(r.rules);
    do {
      const auto first = peek();
      Dependent d;
      if (!name(d.group, "a group's name") || !arguments(d.arguments)) return false;
      d.span = since(first);
      r.dependents.push_back(std::move(d));
    } while (cursor_.take_symbol(","));
    return !peek().is("{") || rules(r.rules);
  }

  const syntax::Expression* expression() {
    return syntax::parse_expression(cursor_, map_->arena, limits_, sink_, kExpressions);
  }

  bool path(std::string_view& context, std::string_view& element, Span& element_span) {
    if (!name(context, "a variable")) return false;
    if (!cursor_.take_symbol(".")) return true;
    element_span = cursor_.span(peek());
    return name(element, "an element");
  }

  bool source(RuleSource& s) {
    const auto first = peek();
    if (!path(s.context, s.element, s.element_span)) return false;
    if (cursor_.take_symbol(":") && !type(s.type)) return false;
    if (peek().kind == TokenKind::integer && !cardinality(s)) return false;
    if (cursor_.take_word("default") && !default_value(s)) return false;
    for (const auto& mode : kSourceModes)
      if (cursor_.take_word(mode.word)) s.list = mode.mode;
    if (cursor_.take_word("as") && !name(s.variable, "a variable")) return false;
    if (cursor_.take_word("where") && (s.where = expression()) == nullptr) return false;
    if (cursor_.take_word("check") && (s.check = expression()) == nullptr) return false;
    if (cursor_.take_word("log") && (s.log = expression()) == nullptr) return false;
    s.span = since(first);
    return true;
  }

  // In brackets, since "as" follows it as an operator would.
  bool default_value(RuleSource& s) {
    if (!expect("(")) return false;
    s.default_value = expression();
    return s.default_value != nullptr && expect(")");
  }

  bool cardinality(RuleSource& s) {
    const auto count = [](std::string_view digits) {
      std::uint32_t value = 0;
      for (const char c : digits.substr(0, 9)) value = value * 10 + static_cast<std::uint32_t>(c - '0');
      return value;
    };
    s.min = count(cursor_.take().text);
    if (!expect(".") || !expect(".")) return false;
    if (cursor_.take_symbol("*")) return true;
    if (peek().kind != TokenKind::integer) return fail("a number or * must stand here");
    s.max = count(cursor_.take().text);
    return true;
  }

  bool target(RuleTarget& t) {
    const auto first = peek();
    const auto is_call = is_name(peek()) && peek(1).is("(");
    if (peek().is("(") || is_call) {
      if (!transform(t)) return false;
    } else {
      if (!path(t.context, t.element, t.element_span)) return false;
      if (t.element.empty()) return fail(first, "an element of \"" + std::string(t.context) + "\" must be named", "as in " + std::string(t.context) + ".element");
      if (cursor_.take_symbol("=") && !transform(t)) return false;
    }
    if (cursor_.take_word("as") && !name(t.variable, "a variable")) return false;
    for (const auto& mode : kTargetModes) {
      if (!cursor_.take_word(mode.word)) continue;
      t.list = mode.mode;
      if (mode.mode == TargetListMode::share && !name(t.list_rule, "the shared rule's name")) return false;
    }
    t.span = since(first);
    return true;
  }

  bool transform(RuleTarget& t) {
    if (is_name(peek()) && peek(1).is("(")) {
      t.transform = cursor_.take().text;
      return arguments(t.arguments);
    }
    if (peek().is("(")) {
      const auto first = peek();
      const auto* e = expression();
      if (e == nullptr) return false;
      t.transform = "evaluate";
      t.arguments.push_back({e, since(first)});
      return true;
    }
    t.transform = "copy";
    return argument(t.arguments.emplace_back());
  }

  bool arguments(std::vector<Argument>& to) {
    if (!expect("(")) return false;
    if (cursor_.take_symbol(")")) return true;
    do {
      if (!argument(to.emplace_back())) return false;
    } while (cursor_.take_symbol(","));
    return expect(")");
  }

  // A literal or a variable stands alone; everything else is an expression.
  bool argument(Argument& to) {
    const auto first = peek();
    const auto alone = [&](std::size_t ahead) {
      const auto& next = peek(ahead);
      return next.is(",") || next.is(")") || next.is(";") || next.kind == TokenKind::end ||
             next.is_word("as") || next.is_word("then") || next.kind == TokenKind::quoted || next.is_word("share") ||
             next.is_word("first") || next.is_word("last") || next.is_word("single") || next.is_word("collate");
    };
    if (alone(1) || (first.is("-") && alone(2))) {
      if (const auto literal = literal_of(first); literal) {
        cursor_.take();
        to = {*literal, since(first)};
        return true;
      }
      if (is_name(first)) {
        to = {VariableUse{cursor_.take().text}, since(first)};
        return true;
      }
    }
    const auto* e = expression();
    if (e == nullptr) return false;
    to = {e, since(first)};
    return true;
  }

  static std::optional<Literal> literal_of(const Token& token) {
    using Kind = Literal::Kind;
    switch (token.kind) {
      case TokenKind::string: case TokenKind::quoted: return Literal{Kind::string, token.text};
      case TokenKind::integer: return Literal{Kind::integer, token.text};
      case TokenKind::decimal: return Literal{Kind::decimal, token.text};
      case TokenKind::date: return Literal{Kind::date, token.text};
      case TokenKind::date_time: return Literal{Kind::date_time, token.text};
      case TokenKind::time: return Literal{Kind::time, token.text};
      case TokenKind::identifier:
        if (token.text == "true" || token.text == "false") return Literal{Kind::boolean, token.text};
        return std::nullopt;
      default: return std::nullopt;
    }
  }

  const Limits& limits_;
  diag::Sink& sink_;
  std::unique_ptr<Map> map_;
  std::vector<Token> tokens_;
  syntax::Cursor cursor_;
  std::uint32_t depth_ = 0;
};

}  // namespace

std::unique_ptr<ast::Map> parse(const Source& source, const Limits& limits, diag::Sink& sink) {
  if (source.text.size() > limits.map_bytes_max) {
    sink.report(diag::Code::fml_syntax, "the map is longer than " + std::to_string(limits.map_bytes_max) + " bytes",
                {&source, 0, 0});
    return nullptr;
  }
  const auto errors = sink.errors();
  auto map = MapParser(source, limits, sink).map();
  if (sink.errors() != errors) return nullptr;
  return map;
}

}  // namespace paraneo::fml
