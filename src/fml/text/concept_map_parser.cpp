#include "fml/text/concept_map_parser.h"

#include <algorithm>
#include <array>

#include "fml/equivalence.h"

namespace paraneo::fml {

using namespace ast;

bool ConceptMapParser::parse() {
  InlineConceptMap out;
  out.comments.blank_before = comments_.blank_before(tokens_.peek().begin);
  comments_.before(out.comments, tokens_.peek().begin);
  const auto first = tokens_.take();
  if (!tokens_.text(out.id, "the concept map's id") || !tokens_.expect("{")) return false;
  if (out.id.starts_with('#')) out.id.remove_prefix(1);
  tokens_.take_symbol(";");
  while (!tokens_.peek().is("}")) {
    if (tokens_.peek().kind == syntax::TokenKind::end) return tokens_.fail("\"}\" is missing");
    // A prefix may be called "prefix".
    const auto is_row = tokens_.peek(1).is(":") ||
                        !(tokens_.peek().is_word("prefix") || tokens_.peek().is_word("unmapped"));
    if (is_row ? !code_row(out) : !setting(out)) return false;
  }
  comments_.end(out.comments, tokens_.peek().begin);
  tokens_.take();
  out.span = tokens_.since(first);
  comments_.after(out.comments);
  tokens_.map().concept_maps.push_back(std::move(out));
  return true;
}

// A prefix or what is unmapped: comments at it are the map's.
bool ConceptMapParser::setting(InlineConceptMap& map) {
  Comments own;
  comments_.before(own, tokens_.peek().begin);
  if (tokens_.peek().is_word("prefix") ? !prefix(map) : !unmapped(map)) return false;
  comments_.after(own);
  auto& to = map.comments.before;
  to.insert(to.end(), own.before.begin(), own.before.end());
  if (!own.after.empty()) to.push_back(own.after);
  return true;
}

bool ConceptMapParser::prefix(InlineConceptMap& map) {
  tokens_.take();
  Prefix p;
  if (!tokens_.name(p.name, "a prefix") || !tokens_.expect("=") ||
      !tokens_.text(p.system, "the code system's URL"))
    return false;
  tokens_.take_symbol(";");
  map.prefixes.push_back(p);
  return true;
}

// unmapped for s = provided: what has no row stays as it is.
bool ConceptMapParser::unmapped(InlineConceptMap& map) {
  tokens_.take();
  if (!tokens_.take_word("for")) return tokens_.fail("\"for\" and a prefix must follow");
  std::string_view prefix;
  const auto at = tokens_.peek();
  if (!tokens_.name(prefix, "a prefix") || !tokens_.expect("=")) return false;
  if (std::none_of(map.prefixes.begin(), map.prefixes.end(),
                   [&](const auto& p) { return p.name == prefix; }))
    return tokens_.fail(at, "there is no prefix " + std::string(prefix));
  if (!tokens_.take_word("provided"))
    return tokens_.fail("only the mode provided is known",
                        "write: unmapped for " + std::string(prefix) + " = provided");
  tokens_.take_symbol(";");
  map.unmapped.push_back(prefix);
  return true;
}

bool ConceptMapParser::code_row(InlineConceptMap& map) {
  CodeRow row;
  const auto first = tokens_.peek();
  comments_.before(row.comments, first.begin);
  if (!code(map, row.source_prefix, row.source_system, row.source_code) ||
      !equivalence(row.equivalence))
    return false;
  if (row.equivalence != "unmatched" &&
      !code(map, row.target_prefix, row.target_system, row.target_code))
    return false;
  row.span = tokens_.since(first);
  tokens_.take_symbol(";");
  comments_.after(row.comments);
  map.rows.push_back(std::move(row));
  return true;
}

bool ConceptMapParser::code(const InlineConceptMap& map, std::string_view& prefix,
                            std::string_view& system, std::string_view& value) {
  const auto at = tokens_.peek();
  if (!tokens_.name(prefix, "a prefix") || !tokens_.expect(":")) return false;
  const auto known = std::find_if(map.prefixes.begin(), map.prefixes.end(),
                                  [&](const auto& p) { return p.name == prefix; });
  if (known == map.prefixes.end())
    return tokens_.fail(at, "there is no prefix " + std::string(prefix),
                        "define it with: prefix " + std::string(prefix) + " = \"URL\"");
  system = known->system;
  if (MapTokens::is_text(tokens_.peek())) {
    value = tokens_.take().text;
    return true;
  }
  // A code may look like several tokens (2157-6, K51.0): all that is written together.
  const auto begin = tokens_.peek().begin;
  const auto part = [](const syntax::Token& token) {
    return MapTokens::is_name(token) || token.kind == syntax::TokenKind::integer ||
           token.kind == syntax::TokenKind::decimal;
  };
  if (!part(tokens_.peek()))
    return tokens_.fail("a code must stand here", "put codes with other characters in quotes");
  auto end = tokens_.take().end;
  while (tokens_.peek().begin == end) {
    const auto joint =
        (tokens_.peek().is("-") || tokens_.peek().is(".") || tokens_.peek().is("/")) &&
        tokens_.peek(1).begin == tokens_.peek().end && part(tokens_.peek(1));
    if (!joint && !part(tokens_.peek())) break;
    end = tokens_.take().end;
  }
  value = std::string_view(tokens_.source().text).substr(begin, end - begin);
  return true;
}

bool ConceptMapParser::equivalence(std::string_view& to) {
  for (const auto& sign : kEquivalenceSigns) {
    const auto first = sign.symbol.substr(0, sign.symbol.size() - (sign.two_tokens ? 1 : 0));
    const auto second = sign.symbol.substr(first.size());
    if (!tokens_.peek().is(first)) continue;
    if (sign.two_tokens &&
        (!tokens_.peek(1).is(second) || tokens_.peek(1).begin != tokens_.peek().end))
      continue;
    tokens_.take();
    if (sign.two_tokens) tokens_.take();
    to = sign.code;
    return true;
  }
  return tokens_.fail("== or another relationship must stand here", "= == != -- <= <- >= >- ~ -");
}

}  // namespace paraneo::fml
