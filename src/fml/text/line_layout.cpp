#include "fml/text/line_layout.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "syntax/token.h"

namespace paraneo::fml {
namespace {

using syntax::TokenKind;

// Columns that lines are indented further than the one before.
constexpr std::size_t kDeeper = 4;           // what goes on behind a break
constexpr std::size_t kInside = 2;           // what stands in brackets
constexpr std::size_t kShortChars = 12;      // too little to stand alone before or behind a "then"
constexpr std::size_t kFilledCharsMax = 40;  // of each part, where several share a line

bool opens(std::string_view text) { return text == "(" || text == "["; }
bool closes(std::string_view text) { return text == ")" || text == "]"; }

// What a break may stand at, those that bind least first.
enum class Seam { none, then, comma, implies, either, both, union_, join, call };

bool is_filled(Seam seam) {
  return seam == Seam::comma || seam == Seam::union_ || seam == Seam::join;
}

struct Part {
  std::string_view text;
  std::string_view gap;         // in front of it, where no line ends
  bool may_begin_line = false;  // reading puts the gap there again
  bool is_word = false;
  std::size_t end = 0;  // columns from the first part's begin to its end, all in one line
};

// A run of parts, laid out from where the last line ends.
class Layout {
 public:
  Layout(std::vector<Part> parts, std::size_t indent, std::size_t columns)
      : parts_(std::move(parts)), columns_(columns), column_(indent) {}

  std::string all(std::size_t indent) {
    lay(0, parts_.size(), {indent, indent + kDeeper}, 0);
    return std::move(out_);
  }

 private:
  std::size_t begin_of(std::size_t at) const { return parts_[at].end - parts_[at].text.size(); }
  std::size_t size(std::size_t begin, std::size_t end) const {
    return begin == end ? 0 : parts_[end - 1].end - begin_of(begin);
  }
  bool fits(std::size_t begin, std::size_t end, std::size_t tail) const {
    return column_ + size(begin, end) + tail <= columns_;
  }

  void put(std::size_t begin, std::size_t end) {
    for (auto at = begin; at < end; ++at) {
      if (at > begin) gap_before(at);
      out_ += parts_[at].text;
      column_ += parts_[at].text.size();
    }
  }
  void gap_before(std::size_t at) {
    out_ += parts_[at].gap;
    column_ += parts_[at].gap.size();
  }
  void break_line(std::size_t indent) {
    out_.append("\n").append(indent, ' ');
    column_ = indent;
  }

  std::size_t closing(std::size_t open) const {
    std::size_t depth = 0;
    for (auto at = open; at < parts_.size(); ++at) {
      if (opens(parts_[at].text)) ++depth;
      if (closes(parts_[at].text) && --depth == 0) return at;
    }
    return parts_.size() - 1;
  }

  bool is_call(std::size_t dot, std::size_t end) const {
    return parts_[dot].text == "." && dot + 2 < end && parts_[dot + 1].is_word &&
           parts_[dot + 2].text == "(";
  }

  // The seam that a break before this part would stand at.
  Seam seam_at(std::size_t at, std::size_t begin, std::size_t end) const {
    if (at == begin || !parts_[at].may_begin_line) return Seam::none;
    if (parts_[at - 1].text == ",") return Seam::comma;
    const auto text = parts_[at].text;
    if (text == "|") return Seam::union_;
    if (text == "&") return Seam::join;
    if (is_call(at, end)) return Seam::call;
    if (!parts_[at].is_word || parts_[at - 1].text == ".") return Seam::none;
    if (text == "then") {
      const auto is_worth_a_line = size(begin, at) > kShortChars && size(at, end) > kShortChars;
      return is_worth_a_line ? Seam::then : Seam::none;
    }
    if (text == "implies") return Seam::implies;
    if (text == "or" || text == "xor") return Seam::either;
    return text == "and" ? Seam::both : Seam::none;
  }

  // Where the parts are broken outside of brackets; empty where they cannot be.
  std::vector<std::size_t> seams(std::size_t begin, std::size_t end, Seam& kind) const {
    std::vector<std::size_t> out;
    kind = Seam::none;
    for (auto at = begin; at < end; ++at) {
      const auto seam = seam_at(at, begin, end);
      if (seam != Seam::none && (kind == Seam::none || seam < kind)) {
        kind = seam;
        out.clear();
      }
      if (seam != Seam::none && seam == kind) out.push_back(at);
      if (opens(parts_[at].text)) at = closing(at);
    }
    // One call is no chain: its arguments are broken instead.
    if (kind == Seam::call && out.size() < 2) out.clear();
    return out;
  }

  // Where lines begin: the one that the parts stand in, and those that they go on in.
  struct Indent {
    std::size_t own;
    std::size_t further;
  };

  // `tail`: columns of what must stand behind the last of them.
  void lay(std::size_t begin, std::size_t end, Indent indent, std::size_t tail) {
    if (fits(begin, end, tail)) return put(begin, end);
    auto kind = Seam::none;
    const auto breaks = seams(begin, end, kind);
    if (breaks.empty()) return lay_brackets(begin, end, indent, tail);
    auto from = begin;
    for (std::size_t i = 0; i <= breaks.size(); ++i) {
      const auto to = i < breaks.size() ? breaks[i] : end;
      const auto rest = to == end ? tail : 0;
      if (i > 0) {
        const auto shares = is_filled(kind) && size(from, to) <= kFilledCharsMax &&
                            column_ + parts_[from].gap.size() + size(from, to) + rest <= columns_;
        if (shares) gap_before(from);
        else break_line(indent.further);
      }
      const auto line = i == 0 ? indent.own : indent.further;
      lay(from, to, {line, line + kDeeper}, rest);
      from = to;
    }
  }

  // Without a seam: what stands in the longest brackets goes to lines of its own.
  void lay_brackets(std::size_t begin, std::size_t end, Indent indent, std::size_t tail) {
    std::optional<std::size_t> longest;
    for (auto at = begin; at < end; ++at) {
      if (!opens(parts_[at].text)) continue;
      const auto close = closing(at);
      if (close > at + 1 && parts_[at + 1].may_begin_line &&
          (!longest || size(at, close) > size(*longest, closing(*longest))))
        longest = at;
      at = close;
    }
    if (!longest) return put(begin, end);
    const auto close = std::min(closing(*longest), end - 1);
    put(begin, *longest + 1);
    const auto inside = indent.own + kInside;
    break_line(inside);
    // The bracket, and what follows without a seam, stands behind the last of them.
    const auto behind = size(close, end) + tail;
    const auto follows = behind < columns_ / 2;
    lay(*longest + 1, close, {inside, inside}, follows ? behind : 1);
    put(close, close + 1);
    if (close + 1 == end) return;
    gap_before(close + 1);
    lay(close + 1, end, indent, tail);
  }

  std::vector<Part> parts_;
  std::size_t columns_;
  std::size_t column_;
  std::string out_;
};

}  // namespace

bool is_blank_between(std::string_view before, std::string_view behind) {
  return !(opens(before) || before == "." || closes(behind) || behind == "." || behind == "," ||
           behind == ";");
}

std::string laid_out(std::string_view text, std::size_t indent, std::size_t columns) {
  const Source source{"", std::string(text)};
  Arena arena;
  diag::Sink sink;
  const auto tokens = syntax::tokenize(source, arena, sink);
  if (sink.errors() > 0 || tokens.size() < 2) return std::string(text);
  std::vector<Part> parts;
  std::size_t column = 0;
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    const auto& token = tokens[i];
    Part part;
    part.text = std::string_view(source.text).substr(token.begin, token.end - token.begin);
    part.is_word = token.kind == TokenKind::identifier;
    if (i > 0) {
      const std::string_view usual = is_blank_between(parts.back().text, part.text) ? " " : "";
      part.gap =
          std::string_view(source.text).substr(tokens[i - 1].end, token.begin - tokens[i - 1].end);
      if (part.gap.find('\n') != std::string_view::npos) part.gap = usual;
      part.may_begin_line = part.gap == usual;
    }
    column += part.gap.size() + part.text.size();
    part.end = column;
    parts.push_back(part);
  }
  return Layout(std::move(parts), indent, columns).all(indent);
}

}  // namespace paraneo::fml
