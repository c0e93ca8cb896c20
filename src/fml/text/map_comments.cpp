#include "fml/text/map_comments.h"

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

void MapComments::take(std::vector<std::string_view>& to, std::uint32_t offset) {
  const auto& all = tokens_.comments();
  for (; next_ < all.size() && all[next_].begin < offset; ++next_)
    append_lines(to, all[next_].text, is_block(tokens_.source(), all[next_]));
}

void MapComments::before(ast::Comments& to, std::uint32_t offset) { take(to.before, offset); }

void MapComments::end(ast::Comments& to, std::uint32_t offset) { take(to.end, offset); }

void MapComments::after(ast::Comments& to) {
  const auto last_end = tokens_.last_end();
  before(to, last_end);
  if (!has_more() || !to.after.empty()) return;
  const auto& comment = tokens_.comments()[next_];
  const auto between =
      std::string_view(tokens_.source().text).substr(last_end, comment.begin - last_end);
  if (comment.begin > tokens_.peek().begin || between.find('\n') != std::string_view::npos) return;
  std::vector<std::string_view> lines;
  append_lines(lines, comment.text, is_block(tokens_.source(), comment));
  if (lines.size() != 1 || lines[0].empty()) return;
  to.after = lines[0];
  ++next_;
}

bool MapComments::blank_before(std::uint32_t offset) const {
  if (has_more()) offset = std::min(offset, tokens_.comments()[next_].begin);
  const auto from = tokens_.last_end();
  if (from == 0 || offset < from) return false;
  int breaks = 0;
  for (const char c : std::string_view(tokens_.source().text).substr(from, offset - from))
    breaks += c == '\n' ? 1 : 0;
  return breaks > 1;
}

}  // namespace paraneo::fml
