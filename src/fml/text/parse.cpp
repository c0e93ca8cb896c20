// The sections of a map. After a mistake in a rule, parsing goes on behind its semicolon, so that
// one run shows all mistakes.
#include "fml/text/parse.h"

#include "base/budget.h"
#include "base/utf8.h"
#include "fml/resource/embedded_concept_map.h"
#include "fml/text/concept_map_parser.h"
#include "fml/text/metadata_parser.h"
#include "fml/text/rule_parser.h"

namespace paraneo::fml {

using namespace ast;

namespace {

// Recursive descent over the tokens. What says bool is false after a mistake, which was reported.
class MapParser {
 public:
  MapParser(const Source& source, const Limits& limits, diag::Sink& sink)
      : map_(std::make_unique<Map>()), tokens_(source, limits, *map_, sink) {
    map_->span = {&source, 0, static_cast<std::uint32_t>(source.text.size())};
  }

  std::unique_ptr<Map> map();

 private:
  bool section();
  void recover_section();
  bool declaration();
  bool uses();
  bool imports();
  bool constant();
  bool group();
  bool group_mode(Group& g);
  bool parameter(Group& g);

  std::unique_ptr<Map> map_;
  MapTokens tokens_;
  MapComments comments_{tokens_};
  ExpressionParser expressions_{tokens_};
  MetadataParser metadata_{tokens_, comments_};
  ConceptMapParser concept_maps_{tokens_, comments_};
  RuleParser rules_{tokens_, comments_, expressions_};
};

std::unique_ptr<Map> MapParser::map() {
  while (tokens_.peek().kind != syntax::TokenKind::end) {
    if (!section()) recover_section();
  }
  comments_.end(map_->comments, tokens_.peek().end + 1);
  return std::move(map_);
}

// Behind the next thing that can begin a section.
void MapParser::recover_section() {
  while (tokens_.peek().kind != syntax::TokenKind::end) {
    tokens_.take();
    for (const auto word : {"group", "uses", "imports", "conceptmap", "let", "const"})
      if (tokens_.peek().is_word(word)) return;
  }
}

bool MapParser::section() {
  const auto& token = tokens_.peek();
  if (token.kind == syntax::TokenKind::metadata) {
    metadata_.lines();
    return true;
  }
  if (token.is_word("map")) return declaration();
  if (token.is_word("uses")) return uses();
  if (token.is_word("imports")) return imports();
  if (token.is_word("const") || token.is_word("let")) return constant();
  if (token.is_word("conceptmap")) return concept_maps_.parse();
  if (token.is_word("group")) return group();
  return tokens_.fail("a map has uses, imports, let, conceptmap and group here");
}

bool MapParser::declaration() {
  comments_.before(map_->comments, tokens_.peek().begin);
  tokens_.take();
  if (!tokens_.text(map_->url, "the map's URL") || !tokens_.expect("=")) return false;
  map_->declared = true;
  if (MapTokens::is_text(tokens_.peek()) ? !tokens_.text(map_->name, "the map's name")
                                         : !tokens_.name(map_->name, "the map's name"))
    return false;
  tokens_.take_symbol(";");
  comments_.after(map_->comments);
  std::erase_if(map_->metadata, [&](const Metadata& line) { return metadata_.is_declared(line); });
  return true;
}

bool MapParser::uses() {
  Structure s;
  s.comments.blank_before = comments_.blank_before(tokens_.peek().begin);
  comments_.before(s.comments, tokens_.peek().begin);
  const auto first = tokens_.take();
  if (!tokens_.text(s.url, "the URL of a StructureDefinition")) return false;
  if (tokens_.take_word("alias") && !tokens_.name(s.alias, "an alias")) return false;
  if (!tokens_.take_word("as")) return tokens_.fail("\"as\" and a mode must follow");
  const auto mode = tokens_.take();
  if (mode.is_word("source")) s.mode = ModelMode::source;
  else if (mode.is_word("queried")) s.mode = ModelMode::queried;
  else if (mode.is_word("target")) s.mode = ModelMode::target;
  else if (mode.is_word("produced")) s.mode = ModelMode::produced;
  else return tokens_.fail(mode, "the mode is source, queried, target or produced");
  tokens_.take_symbol(";");
  s.span = tokens_.since(first);
  comments_.after(s.comments);
  map_->structures.push_back(std::move(s));
  return true;
}

bool MapParser::imports() {
  Import i;
  comments_.before(i.comments, tokens_.peek().begin);
  const auto first = tokens_.take();
  if (!tokens_.text(i.url, "the URL of a map")) return false;
  tokens_.take_symbol(";");
  i.span = tokens_.since(first);
  comments_.after(i.comments);
  map_->imports.push_back(std::move(i));
  return true;
}

bool MapParser::constant() {
  Constant c;
  comments_.before(c.comments, tokens_.peek().begin);
  const auto first = tokens_.take();
  if (!tokens_.name(c.name, "the constant's name") || !tokens_.expect("=")) return false;
  c.value = expressions_.expression();
  if (c.value == nullptr || !tokens_.expect(";")) return false;
  c.span = tokens_.since(first);
  comments_.after(c.comments);
  map_->constants.push_back(std::move(c));
  return true;
}

bool MapParser::group() {
  Group g;
  comments_.before(g.comments, tokens_.peek().begin);
  const auto first = tokens_.take();
  if (!tokens_.name(g.name, "the group's name") || !tokens_.expect("(")) return false;
  if (!tokens_.peek().is(")")) {
    do {
      if (!parameter(g)) return false;
    } while (tokens_.take_symbol(","));
  }
  if (!tokens_.expect(")") || !group_mode(g)) return false;
  g.span = tokens_.since(first);
  comments_.before(g.comments, tokens_.peek().begin);
  // group g(...) { // what it is for
  if (tokens_.peek().is("{") && comments_.has_more()) {
    tokens_.take();
    comments_.after(g.comments);
    --tokens_.cursor().at;
  }
  if (!rules_.rules(g.rules, g.comments)) return false;
  map_->groups.push_back(std::move(g));
  return true;
}

bool MapParser::group_mode(Group& g) {
  if (tokens_.take_word("extends") && !tokens_.name(g.extends, "the extended group's name"))
    return false;
  if (!tokens_.take_symbol("<<")) return true;
  if (!tokens_.take_word("types") && !tokens_.take_word("type"))
    return tokens_.fail("<<types>> or <<type+>> must stand here");
  g.type_mode = tokens_.take_symbol("+") ? TypeMode::type_and_types : TypeMode::types;
  return tokens_.expect(">>");
}

bool MapParser::parameter(Group& g) {
  Parameter p;
  comments_.before(p.comments, tokens_.peek().begin);
  const auto first = tokens_.peek();
  if (tokens_.take_word("source")) p.mode = InputMode::source;
  else if (tokens_.take_word("target")) p.mode = InputMode::target;
  else return tokens_.fail("a parameter begins with source or target");
  if (!tokens_.name(p.name, "the parameter's name")) return false;
  if (tokens_.take_symbol(":") && !tokens_.type(p.type)) return false;
  p.span = tokens_.since(first);
  g.parameters.push_back(std::move(p));
  return true;
}

}  // namespace

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
