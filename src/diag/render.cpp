#include "diag/render.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/utf8.h"

namespace paraneo::diag {
namespace {

constexpr std::size_t kLineCharsMax = 160;

std::string_view word(Severity severity) {
  switch (severity) {
    case Severity::information: return "note";
    case Severity::warning: return "warning";
    case Severity::error: return "error";
  }
  return "error";
}

std::string painted(std::string_view text, std::string_view ansi, bool colour) {
  return colour ? fmt::format("\x1b[{}m{}\x1b[0m", ansi, text) : std::string(text);
}

std::string_view ansi_of(Severity severity) {
  return severity == Severity::error ? "1;31" : severity == Severity::warning ? "1;33" : "1;36";
}

// Keeps the column visible when the line is longer than a terminal (JSON is often one line).
void append_source_line(std::string& out, const Span& span) {
  const auto line = line_at(*span.source, span.begin);
  const auto column = static_cast<std::size_t>(locate(*span.source, span.begin).column) - 1;
  std::size_t begin = 0;
  std::size_t byte_of_column = 0;
  for (std::size_t seen = 0; byte_of_column < line.size() && seen < column;) {
    ++byte_of_column;
    while (byte_of_column < line.size() &&
           (static_cast<unsigned char>(line[byte_of_column]) & 0xC0U) == 0x80U)
      ++byte_of_column;
    ++seen;
  }
  if (byte_of_column > kLineCharsMax / 2) {
    begin = byte_of_column - kLineCharsMax / 2;
    while (begin < line.size() && (static_cast<unsigned char>(line[begin]) & 0xC0U) == 0x80U)
      ++begin;
  }
  auto end = std::min(line.size(), begin + kLineCharsMax);
  while (end < line.size() && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U) ++end;
  const auto shown = line.substr(begin, end - begin);
  const auto indent = utf8::length(line.substr(begin, byte_of_column - begin));
  const auto last = std::clamp<std::size_t>(span.end > span.begin ? span.end - span.begin : 1, 1,
                                            std::max<std::size_t>(1, end - byte_of_column));
  const auto width = std::max<std::size_t>(
      1, utf8::length(line.substr(std::min(byte_of_column, line.size()), last)));
  fmt::format_to(std::back_inserter(out), "  {}\n  {}{}\n", shown, std::string(indent, ' '),
                 std::string(width, '^'));
}

}  // namespace

std::string render(const Diagnostic& d, const RenderOptions& options) {
  std::string out;
  if (d.span.source != nullptr) {
    const auto at = locate(*d.span.source, d.span.begin);
    out = fmt::format("{}:{}:{}: ", d.span.source->name, at.line, at.column);
  }
  out += painted(word(d.severity), ansi_of(d.severity), options.colour);
  fmt::format_to(std::back_inserter(out), ": {}", d.message);
  if (!d.element.empty()) fmt::format_to(std::back_inserter(out), " (at {})", d.element);
  fmt::format_to(std::back_inserter(out), " [{}]\n", info(d.code).name);
  if (d.span.source != nullptr && options.show_source_line) append_source_line(out, d.span);
  if (!d.advice.empty()) fmt::format_to(std::back_inserter(out), "  -> {}\n", d.advice);
  return out;
}

std::string render(const Sink& sink, const RenderOptions& options) {
  std::string out;
  for (const auto& d : sink.all()) out += render(d, options);
  if (sink.dropped() > 0)
    fmt::format_to(std::back_inserter(out), "... and {} more\n", sink.dropped());
  return out;
}

std::string render(const Error& error, const RenderOptions& options) {
  std::string out;
  if (!error.where.empty()) out = error.where + ": ";
  out += painted("error", ansi_of(Severity::error), options.colour);
  out += ": " + error.what + "\n";
  if (!error.advice.empty()) out += "  -> " + error.advice + "\n";
  return out;
}

}  // namespace paraneo::diag
