// The parser of `.map` texts: recursive descent over the tokens. Internal to this folder; parse.h
// is its entry point. parse.cpp has the sections, parse_rule.cpp the rules, parse_concept_map.cpp
// the code tables, parse_comment.cpp gives comments to their nodes.
#pragma once

#include "base/limits.h"
#include "diag/diagnostic.h"
#include "fml/ast.h"
#include "syntax/parse_expression.h"

namespace paraneo::fml {

class MapParser {
 public:
  MapParser(const Source& source, const Limits& limits, diag::Sink& sink);

  std::unique_ptr<ast::Map> map();

 private:
  using Token = syntax::Token;
  using TokenKind = syntax::TokenKind;

  const Token& peek(std::size_t ahead = 0) const { return cursor_.peek(ahead); }
  bool fail(std::string message, std::string advice = {}) {
    return fail(peek(), std::move(message), std::move(advice));
  }
  bool fail(const Token& at, std::string message, std::string advice = {});
  bool expect(std::string_view symbol);
  Span since(const Token& first) const;
  bool text(std::string_view& to, std::string_view what);
  static bool is_name(const Token& token);
  static bool is_text(const Token& token);
  bool name(std::string_view& to, std::string_view what);

  // Sections.
  bool section();
  void recover_section();
  void metadata();
  void metadata_line(const Token& token);
  bool is_declared(const ast::Metadata& line);
  void add_metadata(ast::Metadata line);
  bool declaration();
  bool uses();
  bool imports();
  bool constant();
  bool group();
  bool group_mode(ast::Group& g);
  bool parameter(ast::Group& g);
  bool type(std::string_view& to);
  const syntax::Expression* expression();
  const syntax::Expression* bracketed();
  std::string_view expression_text(std::size_t first, std::size_t last);

  // Concept maps.
  bool concept_map();
  bool setting(ast::InlineConceptMap& map);
  bool prefix(ast::InlineConceptMap& map);
  bool unmapped(ast::InlineConceptMap& map);
  bool code_row(ast::InlineConceptMap& map);
  bool code(const ast::InlineConceptMap& map, std::string_view& prefix, std::string_view& system,
            std::string_view& value);
  bool equivalence(std::string_view& to);

  // Rules.
  bool rules(std::vector<ast::Rule>& to, ast::Comments& comments);
  bool rule(ast::Rule& r);
  bool recover_rule();
  bool then(ast::Rule& r);
  bool copies(const ast::Rule& first, std::vector<ast::Rule>& to);
  bool path(std::string_view& context, std::string_view& element, Span& element_span);
  bool source(ast::RuleSource& s);
  bool condition(std::string_view word, const syntax::Expression*& to);
  bool default_value(ast::RuleSource& s);
  bool cardinality(ast::RuleSource& s);
  bool target(ast::RuleTarget& t);
  bool transform(ast::RuleTarget& t);
  bool arguments(std::vector<ast::Argument>& to);
  bool evaluate(ast::RuleTarget& t);
  bool argument(ast::Argument& to);
  bool ends_argument(std::size_t ahead) const;
  std::optional<ast::Literal> literal(std::size_t& tokens) const;

  // Comments.
  void comments_before(ast::Comments& to, std::uint32_t offset);
  void comments_end(ast::Comments& to, std::uint32_t offset);
  void comment_after(ast::Comments& to);
  bool blank_before(std::uint32_t offset) const;
  std::uint32_t last_end() const;

  const Limits& limits_;
  diag::Sink& sink_;
  std::unique_ptr<ast::Map> map_;
  std::vector<syntax::Comment> comments_;
  std::size_t next_comment_ = 0;
  std::vector<Token> tokens_;
  syntax::Cursor cursor_;
  std::uint32_t depth_ = 0;
};

}  // namespace paraneo::fml
