#include "fml/text/metadata_parser.h"

#include <algorithm>

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

void strip_line_ends(std::string_view& value) {
  if (value.starts_with('\r')) value.remove_prefix(1);
  if (value.starts_with('\n')) value.remove_prefix(1);
  if (value.ends_with('\n')) value.remove_suffix(1);
  if (value.ends_with('\r')) value.remove_suffix(1);
}

}  // namespace

void MetadataParser::lines() {
  while (tokens_.peek().kind == syntax::TokenKind::metadata) {
    comments_.before(tokens_.map().comments, tokens_.peek().begin);
    line(tokens_.take());
  }
}

// /// path = value: nothing, a literal, or a text of several lines in """.
void MetadataParser::line(const syntax::Token& token) {
  const auto line = token.text;
  const auto equals = line.find('=');
  const auto path = trimmed(line.substr(0, equals));
  if (equals == std::string_view::npos || !is_path(path)) {
    tokens_.sink().report(diag::Code::fml_syntax, "path = value must stand here",
                          tokens_.span(token), {}, "begin a comment with // and a space");
    return;
  }
  if (const auto advice = own_syntax(top_element(path)); !advice.empty()) {
    tokens_.sink().report(diag::Code::fml_syntax,
                          std::string(top_element(path)) + " is no metadata", tokens_.span(token),
                          {}, std::string(advice));
    return;
  }
  Metadata out{path, trimmed(line.substr(equals + 1)), Metadata::Kind::raw, tokens_.span(token)};
  if (!read_value(out, token)) return;
  if (out.kind == Metadata::Kind::string || out.kind == Metadata::Kind::markdown)
    out.kind = text_kind(out.value);
  add(out);
}

bool MetadataParser::read_value(Metadata& line, const syntax::Token& token) {
  auto& value = line.value;
  if (value.starts_with("\"\"\"") && value.size() >= 6) {
    line.kind = Metadata::Kind::markdown;
    value = value.substr(3, value.rfind("\"\"\"") - 3);
    strip_line_ends(value);
  } else if (value.empty()) {
    line.kind = Metadata::Kind::none;
  } else if (value[0] == '\'' || value[0] == '"') {
    return read_string(line, token);
  } else if (value[0] == '@') {
    line.kind = Metadata::Kind::string;
    value.remove_prefix(1);
  } else if (!is_raw(value)) {
    tokens_.sink().report(diag::Code::fml_syntax, "the value is no literal", tokens_.span(token),
                          {}, "put texts in quotes");
    return false;
  }
  return true;
}

bool MetadataParser::read_string(Metadata& line, const syntax::Token& token) {
  line.kind = Metadata::Kind::string;
  const Source piece{tokens_.source().name, std::string(line.value)};
  diag::Sink ignored;
  const auto tokens = syntax::tokenize(piece, tokens_.map().arena, ignored);
  if (!ignored.ok() || tokens.size() != 2 || !MapTokens::is_text(tokens[0])) {
    tokens_.sink().report(diag::Code::fml_syntax, "the value is no text in quotes",
                          tokens_.span(token));
    return false;
  }
  line.value = tokens_.map().arena.copy(tokens[0].text);
  return true;
}

bool MetadataParser::is_declared(const Metadata& line) {
  if (!tokens_.map().declared || (line.path != "url" && line.path != "name")) return false;
  const auto declared = line.path == "url" ? tokens_.map().url : tokens_.map().name;
  if (line.value != declared)
    tokens_.sink().report(diag::Code::fml_syntax,
                          "the map's " + std::string(line.path) + " is \"" + std::string(declared) +
                              "\" by its declaration",
                          line.span, {}, "leave one of them out");
  return true;
}

void MetadataParser::add(const Metadata& line) {
  if (is_declared(line)) return;
  if (line.path == "url") tokens_.map().url = line.value;
  if (line.path == "name") tokens_.map().name = line.value;
  tokens_.map().metadata.push_back(line);
}

}  // namespace paraneo::fml
