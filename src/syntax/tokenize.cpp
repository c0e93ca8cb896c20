// Text to tokens. Entry point: tokenize().
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>

#include "base/utf8.h"
#include "syntax/token.h"

namespace paraneo::syntax {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

constexpr std::array<std::string_view, 7> kLongSymbols = {"->", "<<", ">>", "<=", ">=", "!=", "!~"};
constexpr std::string_view kSymbols = ".,;:()[]{}+-*/&|=~<>$%";

class Tokenizer {
 public:
  Tokenizer(const Source& source, Arena& arena, diag::Sink& sink, std::vector<Comment>* comments)
      : source_(source), text_(source.text), arena_(arena), sink_(sink), comments_(comments) {}

  std::vector<Token> all() {
    while (skip_space(), at_ < text_.size()) next();
    add(TokenKind::end, at_, {});
    return std::move(tokens_);
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  void add(TokenKind kind, std::size_t begin, std::string_view text) {
    tokens_.push_back(
        {kind, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at_), text});
  }

  void complain(std::size_t begin, std::string message, std::string advice = {}) {
    sink_.report(diag::Code::syntax_token, std::move(message),
                 {&source_, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at_)}, {},
                 std::move(advice));
  }

  void skip_space() {
    for (;;) {
      while (const auto size = space_size()) at_ += size;
      const auto begin = at_;
      if (peek() == '/' && peek(1) == '/' && !(peek(2) == '/' && starts_line())) {
        while (at_ < text_.size() && peek() != '\n') ++at_;
        comment(begin, text_.substr(begin + 2, at_ - begin - 2));
      } else if (peek() == '/' && peek(1) == '*') {
        const auto close = text_.find("*/", at_ + 2);
        at_ = close == std::string_view::npos ? text_.size() : close + 2;
        if (close == std::string_view::npos)
          complain(begin, "the comment is not closed", "end it with */");
        else comment(begin, text_.substr(begin + 2, close - begin - 2));
      } else {
        return;
      }
    }
  }

  void comment(std::size_t begin, std::string_view text) {
    if (comments_ != nullptr)
      comments_->push_back(
          {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at_), text});
  }

  // Bytes of the white space (Unicode White_Space, and a byte order mark) that stands here.
  std::size_t space_size() const {
    const auto c = peek();
    if (c == ' ' || (c >= '\t' && c <= '\r')) return 1;
    if (static_cast<unsigned char>(c) < 0xC0U) return 0;
    const auto rest = text_.substr(at_);
    for (const std::string_view space :
         {"\u0085", "\u00A0", "\u1680", "\u2028", "\u2029", "\u202F", "\u205F", "\u3000", "\uFEFF"})
      if (rest.starts_with(space)) return space.size();
    const auto quad = rest.starts_with("\xE2\x80") && rest.size() > 2 &&
                      static_cast<unsigned char>(rest[2]) <= 0x8AU;
    return quad ? 3 : 0;
  }

  bool starts_line() const {
    for (auto i = at_; i > 0 && text_[i - 1] != '\n'; --i)
      if (text_[i - 1] != ' ' && text_[i - 1] != '\t') return false;
    return true;
  }

  void next() {
    const auto c = peek();
    const auto begin = at_;
    if (is_letter(c)) {
      while (is_letter(peek()) || is_digit(peek())) ++at_;
      return add(TokenKind::identifier, begin, text_.substr(begin, at_ - begin));
    }
    if (is_digit(c)) return number();
    if (c == '\'') return string('\'', TokenKind::string);
    if (c == '"') return string('"', TokenKind::quoted);
    if (c == '`') return string('`', TokenKind::delimited);
    if (c == '@') return temporal();
    if (text_.substr(at_).starts_with("///")) return metadata();
    symbol();
  }

  void metadata() {
    const auto begin = at_;
    const auto line_end = [&](std::size_t from) {
      return std::min(text_.find('\n', from), text_.size());
    };
    at_ = line_end(begin);
    const auto line = text_.substr(0, at_);
    const auto open = line.find_first_not_of(" \t", std::min(line.find('=', begin), at_ - 1) + 1);
    if (open != std::string_view::npos && line.substr(open).starts_with("\"\"\"")) {
      const auto close = text_.find("\"\"\"", open + 3);
      at_ = close == std::string_view::npos ? text_.size() : line_end(close);
      if (close == std::string_view::npos)
        complain(begin, "the text is not closed", "end it with \"\"\"");
    }
    add(TokenKind::metadata, begin, text_.substr(begin + 3, at_ - begin - 3));
  }

  void symbol() {
    const auto begin = at_;
    for (const auto s : kLongSymbols) {
      if (!text_.substr(at_).starts_with(s)) continue;
      at_ += s.size();
      return add(TokenKind::symbol, begin, s);
    }
    if (kSymbols.find(peek()) != std::string_view::npos) {
      ++at_;
      return add(TokenKind::symbol, begin, text_.substr(begin, 1));
    }
    ++at_;
    while (at_ < text_.size() && (static_cast<unsigned char>(peek()) & 0xC0U) == 0x80U) ++at_;
    complain(begin, "this character has no meaning here: " +
                        std::string(text_.substr(begin, at_ - begin)));
  }

  void number() {
    const auto begin = at_;
    while (is_digit(peek())) ++at_;
    auto kind = TokenKind::integer;
    if (peek() == '.' && is_digit(peek(1))) {
      kind = TokenKind::decimal;
      ++at_;
      while (is_digit(peek())) ++at_;
    }
    const auto digits = text_.substr(begin, at_ - begin);
    if (kind == TokenKind::integer && peek() == 'L' && !is_letter(peek(1)) && !is_digit(peek(1))) {
      kind = TokenKind::long_integer;
      ++at_;
    }
    add(kind, begin, digits);
  }

  void temporal() {
    const auto begin = at_++;
    const auto text_begin = at_;
    auto kind = TokenKind::date;
    while (is_digit(peek()) || (peek() == '-' && is_digit(peek(1)))) ++at_;
    if (peek() == 'T') {
      kind = at_ == text_begin ? TokenKind::time : TokenKind::date_time;
      ++at_;
      while (is_digit(peek()) || peek() == ':' || (peek() == '.' && is_digit(peek(1)))) ++at_;
      if (peek() == 'Z') {
        ++at_;
      } else if ((peek() == '+' || peek() == '-') && is_digit(peek(1)) && is_digit(peek(2)) &&
                 peek(3) == ':') {
        at_ += 4;
        while (is_digit(peek())) ++at_;
      }
    }
    auto text = text_.substr(text_begin, at_ - text_begin);
    if (text.empty())
      return complain(begin, "a date or time must follow @", "as in @2003-10 or @T12:30");
    if (kind == TokenKind::time) text.remove_prefix(1);
    add(kind, begin, text);
  }

  void string(char quote, TokenKind kind) {
    const auto begin = at_++;
    const auto text_begin = at_;
    bool escaped = false;
    while (at_ < text_.size() && peek() != quote) {
      if (peek() == '\\') {
        escaped = true;
        ++at_;
      }
      ++at_;
    }
    if (at_ >= text_.size()) {
      at_ = text_.size();
      return complain(begin, "the text is not closed", std::string("end it with ") + quote);
    }
    const auto raw = text_.substr(text_begin, at_ - text_begin);
    ++at_;
    if (kind == TokenKind::delimited && raw.empty())
      return complain(begin, "a name has at least one character");
    add(kind, begin, escaped ? arena_.copy(unescaped(raw, text_begin)) : raw);
  }

  std::string unescaped(std::string_view raw, std::size_t raw_begin) {
    std::string out;
    for (std::size_t i = 0; i < raw.size(); ++i) {
      if (raw[i] != '\\' || i + 1 >= raw.size()) {
        out.push_back(raw[i]);
        continue;
      }
      const auto c = raw[++i];
      switch (c) {
        case 'n': out.push_back('\n'); break;
        case 'r': out.push_back('\r'); break;
        case 't': out.push_back('\t'); break;
        case 'f': out.push_back('\f'); break;
        case 'u': i += unicode(raw.substr(i + 1), raw_begin + i, out); break;
        case '\\':
        case '/':
        case '\'':
        case '"':
        case '`': out.push_back(c); break;
        default:
          // Kept as it is: regular expressions in maps are often written without doubling.
          out.push_back('\\');
          out.push_back(c);
      }
    }
    return out;
  }

  static std::optional<char32_t> hexadecimal(std::string_view digits) {
    std::uint32_t value = 0;
    if (digits.size() < 4) return std::nullopt;
    const auto [rest, error] = std::from_chars(digits.data(), digits.data() + 4, value, 16);
    if (error != std::errc() || rest != digits.data() + 4) return std::nullopt;
    return value;
  }

  // What stands behind \u, and how much of it was used: two halves of a pair are one character.
  std::size_t unicode(std::string_view rest, std::size_t at, std::string& out) {
    const auto first = hexadecimal(rest);
    if (!first) {
      complain(at, "\\u takes four hexadecimal digits");
      return 0;
    }
    if (*first < 0xD800 || *first > 0xDFFF) {
      utf8::append(out, *first);
      return 4;
    }
    const auto second =
        rest.substr(4).starts_with("\\u") ? hexadecimal(rest.substr(6)) : std::nullopt;
    if (*first > 0xDBFF || !second || *second < 0xDC00 || *second > 0xDFFF) {
      complain(at, "this is half of a surrogate pair", "write the character itself");
      return 4;
    }
    utf8::append(out, 0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00));
    return 10;
  }

  const Source& source_;
  std::string_view text_;
  Arena& arena_;
  diag::Sink& sink_;
  std::vector<Comment>* comments_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokenize(const Source& source, Arena& arena, diag::Sink& sink,
                            std::vector<Comment>* comments) {
  return Tokenizer(source, arena, sink, comments).all();
}

}  // namespace paraneo::syntax
