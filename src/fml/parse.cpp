// The sections of a map. Entry point: parse(). After a mistake in a rule, parsing goes on behind
// its semicolon, so that one run shows all mistakes.
#include "fml/parse.h"

#include <algorithm>

#include "base/budget.h"
#include "base/utf8.h"
#include "fml/embedded_concept_map.h"
#include "fml/map_parser.h"
#include "fml/metadata.h"

namespace paraneo::fml {

using namespace ast;

namespace {

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

constexpr std::ptrdiff_t kMetadataDepthMax = 40;

bool is_path(std::string_view text) {
  return !text.empty() && std::count(text.begin(), text.end(), '.') < kMetadataDepthMax &&
         std::all_of(
             text.begin(), text.end(),
             [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '.' || c == '_';
             });
}

// A number, a truth value or {} (null) is written to JSON as it is.
bool is_raw(std::string_view text) {
  if (text == "true" || text == "false" || text == "{}") return true;
  const auto digits = text.substr(text.starts_with('-') ? 1 : 0);
  const auto leading_zero = digits.size() > 1 && digits[0] == '0' && digits[1] != '.';
  return !digits.empty() && digits[0] >= '0' && digits[0] <= '9' && !digits.ends_with('.') &&
         !leading_zero && digits.find_first_not_of("0123456789.") == std::string_view::npos &&
         std::count(digits.begin(), digits.end(), '.') < 2;
}

}  // namespace

MapParser::MapParser(const Source& source, const Limits& limits, diag::Sink& sink)
    : limits_(limits), sink_(sink), map_(std::make_unique<Map>()) {
  tokens_ = syntax::tokenize(source, map_->arena, sink, &comments_);
  cursor_ = {&source, tokens_, 0};
  map_->span = {&source, 0, static_cast<std::uint32_t>(source.text.size())};
}

std::unique_ptr<Map> MapParser::map() {
  while (peek().kind != TokenKind::end) {
    if (!section()) recover_section();
  }
  comments_end(map_->comments, peek().end + 1);
  return std::move(map_);
}

bool MapParser::fail(const Token& at, std::string message, std::string advice) {
  sink_.report(diag::Code::fml_syntax, std::move(message), cursor_.span(at), {}, std::move(advice));
  return false;
}

bool MapParser::expect(std::string_view symbol) {
  return cursor_.take_symbol(symbol) || fail("\"" + std::string(symbol) + "\" is missing here");
}

Span MapParser::since(const Token& first) const {
  const auto end = cursor_.at == 0 ? first.end : std::max(first.end, tokens_[cursor_.at - 1].end);
  return {cursor_.source, first.begin, end};
}

bool MapParser::is_text(const Token& token) {
  return token.kind == TokenKind::quoted || token.kind == TokenKind::string;
}

bool MapParser::is_name(const Token& token) {
  return token.kind == TokenKind::identifier || token.kind == TokenKind::delimited;
}

bool MapParser::text(std::string_view& to, std::string_view what) {
  if (!is_text(peek())) return fail(std::string(what) + " in quotes must stand here");
  to = cursor_.take().text;
  return true;
}

// R4 escapes names with double quotes, too.
bool MapParser::name(std::string_view& to, std::string_view what) {
  if (!is_name(peek()) && (peek().kind != TokenKind::quoted || peek().text.empty()))
    return fail(std::string(what) + " must stand here");
  to = cursor_.take().text;
  return true;
}

// Behind the next thing that can begin a section.
void MapParser::recover_section() {
  while (peek().kind != TokenKind::end) {
    cursor_.take();
    for (const auto word : {"group", "uses", "imports", "conceptmap", "let", "const"})
      if (peek().is_word(word)) return;
  }
}

void MapParser::metadata() {
  while (peek().kind == TokenKind::metadata) {
    comments_before(map_->comments, peek().begin);
    metadata_line(cursor_.take());
  }
}

// /// path = value: nothing, a literal, or a text of several lines in """.
void MapParser::metadata_line(const Token& token) {
  const auto line = token.text;
  const auto equals = line.find('=');
  const auto path = trimmed(line.substr(0, equals));
  if (equals == std::string_view::npos || !is_path(path)) {
    sink_.report(diag::Code::fml_syntax, "path = value must stand here", cursor_.span(token), {},
                 "begin a comment with // and a space");
    return;
  }
  if (const auto advice = own_syntax(top_element(path)); !advice.empty()) {
    sink_.report(diag::Code::fml_syntax, std::string(top_element(path)) + " is no metadata",
                 cursor_.span(token), {}, std::string(advice));
    return;
  }
  Metadata out{path, trimmed(line.substr(equals + 1)), Metadata::Kind::raw, cursor_.span(token)};
  auto& value = out.value;
  if (value.starts_with("\"\"\"") && value.size() >= 6) {
    out.kind = Metadata::Kind::markdown;
    value = value.substr(3, value.rfind("\"\"\"") - 3);
    if (value.starts_with('\r')) value.remove_prefix(1);
    if (value.starts_with('\n')) value.remove_prefix(1);
    if (value.ends_with('\n')) value.remove_suffix(1);
    if (value.ends_with('\r')) value.remove_suffix(1);
  } else if (value.empty()) {
    out.kind = Metadata::Kind::none;
  } else if (value[0] == '\'' || value[0] == '"') {
    out.kind = Metadata::Kind::string;
    const Source piece{cursor_.source->name, std::string(value)};
    diag::Sink ignored;
    const auto tokens = syntax::tokenize(piece, map_->arena, ignored);
    if (!ignored.ok() || tokens.size() != 2 || !is_text(tokens[0])) {
      sink_.report(diag::Code::fml_syntax, "the value is no text in quotes", cursor_.span(token));
      return;
    }
    value = map_->arena.copy(tokens[0].text);
  } else if (value[0] == '@') {
    out.kind = Metadata::Kind::string;
    value.remove_prefix(1);
  } else if (!is_raw(value)) {
    sink_.report(diag::Code::fml_syntax, "the value is no literal", cursor_.span(token), {},
                 "put texts in quotes");
    return;
  }
  if (out.kind == Metadata::Kind::string || out.kind == Metadata::Kind::markdown)
    out.kind = text_kind(value);
  add_metadata(out);
}

// The declaration says it: a line that says the same again is left out.
bool MapParser::is_declared(const Metadata& line) {
  if (!map_->declared || (line.path != "url" && line.path != "name")) return false;
  const auto declared = line.path == "url" ? map_->url : map_->name;
  if (line.value != declared)
    sink_.report(diag::Code::fml_syntax,
                 "the map's " + std::string(line.path) + " is \"" + std::string(declared) +
                     "\" by its declaration",
                 line.span, {}, "leave one of them out");
  return true;
}

void MapParser::add_metadata(Metadata line) {
  if (is_declared(line)) return;
  if (line.path == "url") map_->url = line.value;
  if (line.path == "name") map_->name = line.value;
  map_->metadata.push_back(line);
}

bool MapParser::section() {
  const auto& token = peek();
  if (token.kind == TokenKind::metadata) {
    metadata();
    return true;
  }
  if (token.is_word("map")) return declaration();
  if (token.is_word("uses")) return uses();
  if (token.is_word("imports")) return imports();
  if (token.is_word("const") || token.is_word("let")) return constant();
  if (token.is_word("conceptmap")) return concept_map();
  if (token.is_word("group")) return group();
  return fail("a map has uses, imports, let, conceptmap and group here");
}

bool MapParser::declaration() {
  comments_before(map_->comments, peek().begin);
  cursor_.take();
  if (!text(map_->url, "the map's URL") || !expect("=")) return false;
  map_->declared = true;
  if (is_text(peek()) ? !text(map_->name, "the map's name") : !name(map_->name, "the map's name"))
    return false;
  cursor_.take_symbol(";");
  comment_after(map_->comments);
  std::erase_if(map_->metadata, [&](const Metadata& line) { return is_declared(line); });
  return true;
}

bool MapParser::uses() {
  Structure s;
  s.comments.blank_before = blank_before(peek().begin);
  comments_before(s.comments, peek().begin);
  const auto first = cursor_.take();
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
  comment_after(s.comments);
  map_->structures.push_back(std::move(s));
  return true;
}

bool MapParser::imports() {
  Import i;
  comments_before(i.comments, peek().begin);
  const auto first = cursor_.take();
  if (!text(i.url, "the URL of a map")) return false;
  cursor_.take_symbol(";");
  i.span = since(first);
  comment_after(i.comments);
  map_->imports.push_back(std::move(i));
  return true;
}

bool MapParser::constant() {
  Constant c;
  comments_before(c.comments, peek().begin);
  const auto first = cursor_.take();
  if (!name(c.name, "the constant's name") || !expect("=")) return false;
  c.value = expression();
  if (c.value == nullptr || !expect(";")) return false;
  c.span = since(first);
  comment_after(c.comments);
  map_->constants.push_back(std::move(c));
  return true;
}

bool MapParser::group() {
  Group g;
  comments_before(g.comments, peek().begin);
  const auto first = cursor_.take();
  if (!name(g.name, "the group's name") || !expect("(")) return false;
  if (!peek().is(")")) {
    do {
      if (!parameter(g)) return false;
    } while (cursor_.take_symbol(","));
  }
  if (!expect(")") || !group_mode(g)) return false;
  g.span = since(first);
  comments_before(g.comments, peek().begin);
  // group g(...) { // what it is for
  if (peek().is("{") && next_comment_ < comments_.size()) {
    cursor_.take();
    comment_after(g.comments);
    --cursor_.at;
  }
  if (!rules(g.rules, g.comments)) return false;
  map_->groups.push_back(std::move(g));
  return true;
}

bool MapParser::group_mode(Group& g) {
  if (cursor_.take_word("extends") && !name(g.extends, "the extended group's name")) return false;
  if (!cursor_.take_symbol("<<")) return true;
  if (!cursor_.take_word("types") && !cursor_.take_word("type"))
    return fail("<<types>> or <<type+>> must stand here");
  g.type_mode = cursor_.take_symbol("+") ? TypeMode::type_and_types : TypeMode::types;
  return expect(">>");
}

bool MapParser::parameter(Group& g) {
  Parameter p;
  comments_before(p.comments, peek().begin);
  const auto first = peek();
  if (cursor_.take_word("source")) p.mode = InputMode::source;
  else if (cursor_.take_word("target")) p.mode = InputMode::target;
  else return fail("a parameter begins with source or target");
  if (!name(p.name, "the parameter's name")) return false;
  if (cursor_.take_symbol(":") && !type(p.type)) return false;
  p.span = since(first);
  g.parameters.push_back(std::move(p));
  return true;
}

bool MapParser::type(std::string_view& to) {
  if (!is_text(peek())) return name(to, "a type");
  to = cursor_.take().text;
  return true;
}

const syntax::Expression* MapParser::expression() {
  const auto first = cursor_.at;
  const auto* e =
      syntax::parse_expression(cursor_, map_->arena, limits_, sink_, {.quoted_is_string = true});
  if (e != nullptr) map_->expression_texts.emplace(e, expression_text(first, cursor_.at));
  return e;
}

// The text of the tokens [first, last), without brackets around all of it. What stood on several
// lines comes on one, without comments.
std::string_view MapParser::expression_text(std::size_t first, std::size_t last) {
  for (bool bracketed = true; last > first + 2 && tokens_[first].is("(") && bracketed;) {
    int open = 0;
    for (auto i = first; i + 1 < last && bracketed; ++i) {
      open += tokens_[i].is("(") ? 1 : tokens_[i].is(")") ? -1 : 0;
      bracketed = open > 0;
    }
    if (bracketed) ++first, --last;
  }
  if (last <= first) return {};
  const auto text = std::string_view(cursor_.source->text);
  const auto all = text.substr(tokens_[first].begin, tokens_[last - 1].end - tokens_[first].begin);
  const auto has_comment = std::any_of(comments_.begin(), comments_.end(), [&](const auto& c) {
    return c.begin > tokens_[first].begin && c.end < tokens_[last - 1].end;
  });
  if (all.find('\n') == std::string_view::npos && !has_comment) return all;
  std::string joined;
  for (auto i = first; i < last; ++i) {
    if (i > first && tokens_[i].begin > tokens_[i - 1].end) joined.push_back(' ');
    joined += text.substr(tokens_[i].begin, tokens_[i].end - tokens_[i].begin);
  }
  return map_->arena.copy(joined);
}

std::unique_ptr<Map> parse(const Source& source, const Limits& limits, diag::Sink& sink) {
  if (source.text.size() > limits.map_bytes_max) {
    sink.report(diag::Code::fml_syntax,
                "the map is longer than " + std::to_string(limits.map_bytes_max) + " bytes",
                {&source, 0, 0}, {}, limit_advice("size"));
    return nullptr;
  }
  if (const auto bad = utf8::first_invalid(source.text); bad != std::string::npos) {
    const auto at = static_cast<std::uint32_t>(bad);
    sink.report(diag::Code::fml_syntax, "this is not valid UTF-8", {&source, at, at + 1});
    return nullptr;
  }
  const auto errors = sink.errors();
  auto map = MapParser(source, limits, sink).map();
  if (sink.errors() != errors) return nullptr;
  add_carried_concept_maps(*map, limits);
  return map;
}

}  // namespace paraneo::fml
