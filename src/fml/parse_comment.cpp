// Which node a comment belongs to: the next one, or the one whose line it ends. A comment in the
// middle of a rule goes before the rule.
#include "fml/map_parser.h"

namespace paraneo::fml {
namespace {

// The lines of a comment, without the stars in front of the lines of /* */ and its white space.
void append_lines(std::vector<std::string_view>& to, std::string_view text, bool block) {
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    auto line = text.substr(begin, end - begin);
    begin = end + 1;
    while (line.ends_with('\r')) line.remove_suffix(1);
    if (!block) {
      if (line.starts_with(' ')) line.remove_prefix(1);
      to.push_back(line);
      continue;
    }
    const auto first = line.find_first_not_of(" \t");
    line = first == std::string_view::npos
               ? std::string_view()
               : line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
    if (line.starts_with('*')) line.remove_prefix(line.starts_with("* ") ? 2 : 1);
    const auto outer = begin > text.size() || to.empty();
    if (!line.empty() || !outer) to.push_back(line);
  }
}

bool is_block(const Source& source, const syntax::Comment& comment) {
  return source.text[comment.begin + 1] == '*';
}

}  // namespace

void MapParser::comments_before(ast::Comments& to, std::uint32_t offset) {
  for (; next_comment_ < comments_.size() && comments_[next_comment_].begin < offset;
       ++next_comment_)
    append_lines(to.before, comments_[next_comment_].text,
                 is_block(*cursor_.source, comments_[next_comment_]));
}

void MapParser::comments_end(ast::Comments& to, std::uint32_t offset) {
  for (; next_comment_ < comments_.size() && comments_[next_comment_].begin < offset;
       ++next_comment_)
    append_lines(to.end, comments_[next_comment_].text,
                 is_block(*cursor_.source, comments_[next_comment_]));
}

// The comment behind the last token, on the same line.
void MapParser::comment_after(ast::Comments& to) {
  comments_before(to, last_end());
  if (next_comment_ == comments_.size() || !to.after.empty()) return;
  const auto& comment = comments_[next_comment_];
  const auto between =
      std::string_view(cursor_.source->text).substr(last_end(), comment.begin - last_end());
  if (comment.begin > peek().begin || between.find('\n') != std::string_view::npos) return;
  std::vector<std::string_view> lines;
  append_lines(lines, comment.text, is_block(*cursor_.source, comment));
  if (lines.size() != 1 || lines[0].empty()) return;
  to.after = lines[0];
  ++next_comment_;
}

// Whether an empty line stands before what begins here, its comments included.
bool MapParser::blank_before(std::uint32_t offset) const {
  if (next_comment_ < comments_.size()) offset = std::min(offset, comments_[next_comment_].begin);
  const auto from = last_end();
  if (cursor_.at == 0 || offset < from) return false;
  int breaks = 0;
  for (const char c : std::string_view(cursor_.source->text).substr(from, offset - from))
    breaks += c == '\n' ? 1 : 0;
  return breaks > 1;
}

std::uint32_t MapParser::last_end() const {
  return cursor_.at == 0 ? 0 : tokens_[cursor_.at - 1].end;
}

}  // namespace paraneo::fml
