#include "codebook/csv.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"

namespace paraneo::codebook {
namespace {

// Windows-1252 from 0x80 to 0x9F; the rest is Latin-1.
constexpr std::array<char16_t, 32> kWindows = {
    0x20AC, 0x81,   0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021, 0x2C6,  0x2030, 0x160,
    0x2039, 0x152,  0x8D,   0x17D,  0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0x9D,   0x17E,  0x178};

std::string from_windows(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    utf8::append(out, byte >= 0x80 && byte < 0xA0 ? kWindows[byte - 0x80U] : byte);
  }
  return out;
}

std::string from_utf16(std::string_view text, bool is_little) {
  constexpr char32_t kReplacement = 0xFFFD;
  const auto unit = [&](std::size_t at) -> char32_t {
    const auto a = static_cast<unsigned char>(text[at]);
    const auto b = static_cast<unsigned char>(text[at + 1]);
    return is_little ? static_cast<char32_t>(b << 8 | a) : static_cast<char32_t>(a << 8 | b);
  };
  std::string out;
  for (std::size_t at = 0; at + 1 < text.size(); at += 2) {
    auto c = unit(at);
    if (c >= 0xD800 && c < 0xDC00 && at + 3 < text.size() && unit(at + 2) >= 0xDC00 &&
        unit(at + 2) < 0xE000) {
      at += 2;
      c = 0x10000 + ((c - 0xD800) << 10) + (unit(at) - 0xDC00);
    } else if (c >= 0xD800 && c < 0xE000) {
      c = kReplacement;
    }
    utf8::append(out, c);
  }
  if (text.size() % 2 != 0) utf8::append(out, kReplacement);
  return out;
}

char separator_of(std::string_view text) {
  const auto line = text.substr(0, text.find_first_of("\r\n"));
  char best = ',';
  for (const char c : {';', '\t'})
    if (std::count(line.begin(), line.end(), c) > std::count(line.begin(), line.end(), best))
      best = c;
  return best;
}

}  // namespace

CsvForm to_utf8(std::string& text) {
  CsvForm form;
  const auto starts = [&](std::string_view mark) {
    return std::string_view(text).starts_with(mark);
  };
  if (starts("\xFF\xFE") || starts("\xFE\xFF")) {
    form.encoding = starts("\xFF\xFE") ? "UTF-16LE" : "UTF-16BE";
    text = from_utf16(std::string_view(text).substr(2), form.encoding == "UTF-16LE");
  } else if (starts("\xEF\xBB\xBF")) {
    form.has_bom = true;
    text.erase(0, 3);
  }
  if (utf8::first_invalid(text) != std::string::npos) {
    form.encoding = "Windows-1252";
    text = from_windows(text);
  }
  form.has_crlf = text.find('\r') != std::string::npos;
  form.separator = separator_of(text);
  return form;
}

bool CsvReader::next(std::vector<Cell>& cells, diag::Sink& sink) {
  for (;;) {
    cells.clear();
    if (at_ >= source_.text.size()) return false;
    ++row_;
    for (bool is_last = false; !is_last;) {
      auto& out = cells.emplace_back();
      if (!cell(out, is_last, sink)) {
        at_ = source_.text.size();
        return false;
      }
    }
    if (cells.size() > 1 || !cells[0].text.empty()) return true;
  }
}

bool CsvReader::cell(Cell& out, bool& is_last, diag::Sink& sink) {
  const std::string_view text = source_.text;
  out.begin = static_cast<std::uint32_t>(at_);
  if (at_ < text.size() && text[at_] == '"') {
    if (!quoted(out, sink)) return false;
  } else {
    auto end = at_;
    while (end < text.size() && text[end] != separator_ && text[end] != '\n' && text[end] != '\r')
      ++end;
    out.text = text.substr(at_, end - at_);
    at_ = end;
  }
  is_last = at_ >= text.size() || text[at_] != separator_;
  if (at_ >= text.size()) return true;
  at_ += text[at_] == '\r' && at_ + 1 < text.size() && text[at_ + 1] == '\n' ? 2 : 1;
  return true;
}

bool CsvReader::quoted(Cell& out, diag::Sink& sink) {
  auto& text = source_.text;
  const auto begin = at_ + 1;
  auto to = begin;
  for (auto at = begin; at < text.size(); ++at) {
    if (text[at] == '"') {
      if (at + 1 < text.size() && text[at + 1] == '"') {
        ++at;
      } else {
        out.text = std::string_view(text).substr(begin, to - begin);
        at_ = at + 1;
        if (at_ >= text.size() || text[at_] == separator_ || text[at_] == '\n' || text[at_] == '\r')
          return true;
        const auto place = static_cast<std::uint32_t>(at_);
        sink.report(diag::Code::codes_csv, "something stands behind the quote that ends this cell",
                    {&source_, place, place + 1}, "row " + std::to_string(row_),
                    "a quote inside a cell is written twice");
        return false;
      }
    }
    text[to++] = text[at];
  }
  sink.report(diag::Code::codes_csv, "this quote has no end", {&source_, out.begin, out.begin + 1},
              "row " + std::to_string(row_), "a cell that begins with a quote ends with one");
  return false;
}

void append_cell(std::string& to, std::string_view text) {
  const auto is_guarded =
      !text.empty() && std::string_view("=+-@'").find(text[0]) != std::string_view::npos;
  if (!is_guarded && text.find_first_of(",\"\r\n;\t") == std::string_view::npos) {
    to += text;
    return;
  }
  to += is_guarded ? "\"'" : "\"";
  for (const char c : text) {
    if (c == '"') to += '"';
    to += c;
  }
  to += '"';
}

std::string_view cell_text(std::string_view cell) {
  const auto is_guarded = cell.size() > 1 && cell[0] == '\'' &&
                          std::string_view("=+-@'").find(cell[1]) != std::string_view::npos;
  return is_guarded ? cell.substr(1) : cell;
}

std::string_view trimmed(std::string_view text) {
  for (;;) {
    const auto before = text.size();
    while (!text.empty() &&
           std::string_view(" \t\r\n").find(text.front()) != std::string_view::npos)
      text.remove_prefix(1);
    while (!text.empty() && std::string_view(" \t\r\n").find(text.back()) != std::string_view::npos)
      text.remove_suffix(1);
    if (text.starts_with(kNoBreakSpace)) text.remove_prefix(kNoBreakSpace.size());
    if (text.ends_with(kNoBreakSpace)) text.remove_suffix(kNoBreakSpace.size());
    if (text.size() == before) return text;
  }
}

}  // namespace paraneo::codebook
