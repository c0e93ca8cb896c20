// conceptmap "#id" { prefix s = "system" ... s:code == t:code }
#include <algorithm>
#include <array>

#include "fml/equivalence.h"
#include "fml/map_parser.h"

namespace paraneo::fml {

using namespace ast;

bool MapParser::concept_map() {
  InlineConceptMap out;
  out.comments.blank_before = blank_before(peek().begin);
  comments_before(out.comments, peek().begin);
  const auto first = cursor_.take();
  if (!text(out.id, "the concept map's id") || !expect("{")) return false;
  if (out.id.starts_with('#')) out.id.remove_prefix(1);
  cursor_.take_symbol(";");
  while (!peek().is("}")) {
    if (peek().kind == TokenKind::end) return fail("\"}\" is missing");
    // A prefix may be called "prefix".
    const auto is_row =
        peek(1).is(":") || !(peek().is_word("prefix") || peek().is_word("unmapped"));
    if (is_row ? !code_row(out) : !setting(out)) return false;
  }
  comments_end(out.comments, peek().begin);
  cursor_.take();
  out.span = since(first);
  comment_after(out.comments);
  map_->concept_maps.push_back(std::move(out));
  return true;
}

// A prefix or what is unmapped: comments at it are the map's.
bool MapParser::setting(InlineConceptMap& map) {
  Comments own;
  comments_before(own, peek().begin);
  if (peek().is_word("prefix") ? !prefix(map) : !unmapped(map)) return false;
  comment_after(own);
  auto& to = map.comments.before;
  to.insert(to.end(), own.before.begin(), own.before.end());
  if (!own.after.empty()) to.push_back(own.after);
  return true;
}

bool MapParser::prefix(InlineConceptMap& map) {
  cursor_.take();
  Prefix p;
  if (!name(p.name, "a prefix") || !expect("=") || !text(p.system, "the code system's URL"))
    return false;
  cursor_.take_symbol(";");
  map.prefixes.push_back(p);
  return true;
}

// unmapped for s = provided: what has no row stays as it is.
bool MapParser::unmapped(InlineConceptMap& map) {
  cursor_.take();
  if (!cursor_.take_word("for")) return fail("\"for\" and a prefix must follow");
  std::string_view prefix;
  const auto at = peek();
  if (!name(prefix, "a prefix") || !expect("=")) return false;
  if (std::none_of(map.prefixes.begin(), map.prefixes.end(),
                   [&](const auto& p) { return p.name == prefix; }))
    return fail(at, "there is no prefix " + std::string(prefix));
  if (!cursor_.take_word("provided"))
    return fail("only the mode provided is known",
                "write: unmapped for " + std::string(prefix) + " = provided");
  cursor_.take_symbol(";");
  map.unmapped.push_back(prefix);
  return true;
}

bool MapParser::code_row(InlineConceptMap& map) {
  CodeRow row;
  const auto first = peek();
  comments_before(row.comments, first.begin);
  if (!code(map, row.source_prefix, row.source_system, row.source_code) ||
      !equivalence(row.equivalence))
    return false;
  if (row.equivalence != "unmatched" &&
      !code(map, row.target_prefix, row.target_system, row.target_code))
    return false;
  row.span = since(first);
  cursor_.take_symbol(";");
  comment_after(row.comments);
  map.rows.push_back(std::move(row));
  return true;
}

bool MapParser::code(const InlineConceptMap& map, std::string_view& prefix,
                     std::string_view& system, std::string_view& value) {
  const auto at = peek();
  if (!name(prefix, "a prefix") || !expect(":")) return false;
  const auto known = std::find_if(map.prefixes.begin(), map.prefixes.end(),
                                  [&](const auto& p) { return p.name == prefix; });
  if (known == map.prefixes.end())
    return fail(at, "there is no prefix " + std::string(prefix),
                "define it with: prefix " + std::string(prefix) + " = \"URL\"");
  system = known->system;
  if (is_text(peek())) {
    value = cursor_.take().text;
    return true;
  }
  // A code may look like several tokens (2157-6, K51.0): all that is written together.
  const auto begin = peek().begin;
  const auto part = [](const Token& token) {
    return is_name(token) || token.kind == TokenKind::integer || token.kind == TokenKind::decimal;
  };
  if (!part(peek()))
    return fail("a code must stand here", "put codes with other characters in quotes");
  auto end = cursor_.take().end;
  while (peek().begin == end) {
    const auto joint = (peek().is("-") || peek().is(".") || peek().is("/")) &&
                       peek(1).begin == peek().end && part(peek(1));
    if (!joint && !part(peek())) break;
    end = cursor_.take().end;
  }
  value = std::string_view(cursor_.source->text).substr(begin, end - begin);
  return true;
}

bool MapParser::equivalence(std::string_view& to) {
  for (const auto& sign : kEquivalenceSigns) {
    const auto first = sign.symbol.substr(0, sign.symbol.size() - (sign.two_tokens ? 1 : 0));
    const auto second = sign.symbol.substr(first.size());
    if (!peek().is(first)) continue;
    if (sign.two_tokens && (!peek(1).is(second) || peek(1).begin != peek().end)) continue;
    cursor_.take();
    if (sign.two_tokens) cursor_.take();
    to = sign.code;
    return true;
  }
  return fail("== or another relationship must stand here", "= == != -- <= <- >= >- ~ -");
}

}  // namespace paraneo::fml
