#include "view/markup.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/utf8.h"

namespace paraneo::view {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

char32_t code_point(std::string_view bytes) {
  const auto lead = static_cast<unsigned char>(bytes[0]);
  if (bytes.size() == 1) return lead;
  char32_t out = lead & (0xFFU >> (bytes.size() + 1));
  for (std::size_t i = 1; i < bytes.size(); ++i)
    out = (out << 6) | (static_cast<unsigned char>(bytes[i]) & 0x3FU);
  return out;
}

// Calls `take(bytes, code point)` for each character; what is no UTF-8 is U+FFFD.
template <class Take>
void each_character(std::string_view text, const Take& take) {
  for (std::size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      take(text.substr(at, 1), static_cast<char32_t>(text[at]));
      ++at;
      continue;
    }
    const auto bytes = utf8::first_length(text.substr(at));
    if (bytes == 0) {
      take(kReplacement, U'\xFFFD');
      ++at;
    } else {
      const auto character = text.substr(at, bytes);
      take(character, code_point(character));
      at += bytes;
    }
  }
}

// Of what begins the text and is printable ASCII that HTML and XML take as it is.
std::size_t plain_length(std::string_view text) {
  const auto is_plain = [](char c) {
    return c >= 0x20 && c < 0x7F && c != '&' && c != '<' && c != '>' && c != '"' && c != '\'';
  };
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_plain) -
                                  text.begin());
}

bool is_forbidden(char32_t c) {
  return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || (c >= 0x7F && c < 0xA0) ||
         c == 0xFFFE || c == 0xFFFF;
}

bool turns_direction(char32_t c) {
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

// In parts of the size; the widest of Arial, Helvetica, DejaVu Sans and Liberation Sans, rounded
// up.
double advance(char32_t c) {
  if (c >= 0x80) {
    // Ligatures of whole words, and the long dashes.
    if ((c >= 0xFDF0 && c <= 0xFDFD) || c == 0x2E3A || c == 0x2E3B) return 12.0;
    return c >= 0x2E80 || (c >= 0x1100 && c < 0x1200) ? 1.05 : c >= 0x2000 ? 1.0 : 0.82;
  }
  constexpr std::string_view kNarrow = "ijl.,:;'|!()[]/ I-", kMiddle = "frt\"*\\",
                             kWide = "mwMWQOG@%&+<>=~#^";
  const auto letter = static_cast<char>(c);
  if (kNarrow.find(letter) != std::string_view::npos) return 0.41;
  if (kMiddle.find(letter) != std::string_view::npos) return 0.52;
  if (kWide.find(letter) != std::string_view::npos)
    return letter == 'W' || letter == 'm' || letter == '@' || letter == '%' ? 1.01 : 0.90;
  return c >= 'A' && c <= 'Z' ? 0.79 : 0.65;
}

}  // namespace

void append_escaped(std::string& to, std::string_view text) {
  // Mostly there is nothing to escape.
  const auto plain = plain_length(text);
  to += text.substr(0, plain);
  text.remove_prefix(plain);
  each_character(text, [&to](std::string_view bytes, char32_t c) {
    switch (c) {
      case '&': to += "&amp;"; break;
      case '<': to += "&lt;"; break;
      case '>': to += "&gt;"; break;
      case '"': to += "&quot;"; break;
      case '\'': to += "&#39;"; break;
      default: to += is_forbidden(c) ? kReplacement : bytes;
    }
  });
}

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  append_escaped(out, text);
  return out;
}

std::string one_line(std::string_view text) {
  if (plain_length(text) == text.size() && text.find("  ") == std::string_view::npos &&
      !text.starts_with(' ') && !text.ends_with(' '))
    return std::string(text);
  std::string out;
  bool is_space = false;
  each_character(text, [&](std::string_view bytes, char32_t c) {
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      is_space = true;
      return;
    }
    if (is_space && !out.empty()) out += ' ';
    is_space = false;
    out += is_forbidden(c) || turns_direction(c) ? kReplacement : bytes;
  });
  return out;
}

void add_words(std::string& to, std::string_view words, std::string_view between) {
  if (words.empty()) return;
  if (!to.empty()) to += between;
  to += words;
}

double text_width(std::string_view text, double size) {
  double out = 0;
  each_character(text, [&out](std::string_view, char32_t c) { out += advance(c); });
  return out * size;
}

std::string clipped(std::string_view text, double width, double size) {
  const double end = advance(U'\x2026') * size;
  double used = 0;
  std::size_t kept = 0, at = 0;
  bool fits = true;
  // Nothing behind the width is looked at: a text may be long.
  while (at < text.size() && fits) {
    const auto bytes = std::max<std::size_t>(1, utf8::first_length(text.substr(at)));
    const auto length = utf8::first_length(text.substr(at));
    used += advance(length == 0 ? U'\xFFFD' : code_point(text.substr(at, length))) * size;
    if (used + end <= width) kept = at + bytes;
    fits = used <= width;
    at += bytes;
  }
  if (fits) return std::string(text);
  if (kept == 0) return {};
  while (kept > 0 && text[kept - 1] == ' ') --kept;
  return std::string(text.substr(0, kept)) + "…";
}

std::vector<std::string> wrapped(std::string_view text, double width, double size,
                                 std::size_t lines_max) {
  std::vector<std::string> out;
  while (!text.empty() && out.size() + 1 < lines_max) {
    std::size_t end = 0;  // of the words that fit
    for (auto at = text.find(' ');; at = text.find(' ', at + 1)) {
      const auto word_end = std::min(at, text.size());
      if (text_width(text.substr(0, word_end), size) > width) break;
      end = word_end;
      if (at == std::string_view::npos) break;
    }
    if (end == 0) break;
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (!text.empty()) out.push_back(clipped(text, width, size));
  return out;
}

std::string pixels(double value) {
  const auto hundredths = std::llround(value * 100);
  const auto magnitude = static_cast<std::uint64_t>(hundredths < 0 ? -hundredths : hundredths);
  auto out = (hundredths < 0 ? "-" : "") + std::to_string(magnitude / 100);
  if (const auto rest = magnitude % 100; rest != 0) {
    out += '.';
    out += static_cast<char>('0' + rest / 10);
    if (rest % 10 != 0) out += static_cast<char>('0' + rest % 10);
  }
  return out;
}

}  // namespace paraneo::view
