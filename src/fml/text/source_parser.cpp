#include "fml/text/source_parser.h"

#include <algorithm>
#include <iterator>

#include "fml/text/list_modes.h"

namespace paraneo::fml {

using namespace ast;

namespace {

std::uint32_t count_of(std::string_view digits) {
  std::uint32_t value = 0;
  for (const char c : digits.substr(0, 9)) value = value * 10 + static_cast<std::uint32_t>(c - '0');
  return value;
}

// What a source may have, each in its place.
constexpr std::string_view kSourceWords[] = {"default",  "first", "not_first", "last",  "not_last",
                                             "only_one", "as",    "where",     "check", "log"};

bool is_source_word(const syntax::Token& token) {
  return std::find(std::begin(kSourceWords), std::end(kSourceWords), token.text) !=
             std::end(kSourceWords) &&
         token.kind != syntax::TokenKind::quoted;
}

}  // namespace

bool SourceParser::parse(RuleSource& s) {
  const auto first = tokens_.peek();
  if (!tokens_.path(s.context, s.element, s.element_span)) return false;
  if (tokens_.take_symbol(":") && !tokens_.type(s.type)) return false;
  if (tokens_.peek().kind == syntax::TokenKind::integer && !cardinality(s)) return false;
  if (tokens_.take_word("default") && !default_value(s)) return false;
  for (const auto& mode : kSourceModes)
    if (tokens_.take_word(mode.word)) s.list = mode.mode;
  if (tokens_.take_word("as") && !tokens_.name(s.variable, "a variable")) return false;
  if (!condition("where", s.where) || !condition("check", s.check) || !condition("log", s.log))
    return false;
  if (is_source_word(tokens_.peek()))
    return tokens_.fail(
        "\"" + std::string(tokens_.peek().text) + "\" stands too late",
        "the order is: context.element : type min..max default (...) first as name where (...) check (...) log (...)");
  s.span = tokens_.since(first);
  return true;
}

bool SourceParser::condition(std::string_view word, const syntax::Expression*& to) {
  return !tokens_.take_word(word) || (to = expressions_.expression()) != nullptr;
}

// A text alone is the oldest form.
bool SourceParser::default_value(RuleSource& s) {
  if (MapTokens::is_text(tokens_.peek()))
    return (s.default_value = expressions_.expression()) != nullptr;
  return (s.default_value = expressions_.bracketed()) != nullptr;
}

bool SourceParser::cardinality(RuleSource& s) {
  s.min = count_of(tokens_.take().text);
  if (!tokens_.expect(".") || !tokens_.expect(".")) return false;
  if (tokens_.take_symbol("*")) return true;
  if (tokens_.peek().kind != syntax::TokenKind::integer)
    return tokens_.fail("a number or * must stand here");
  s.max = count_of(tokens_.take().text);
  return true;
}

}  // namespace paraneo::fml
