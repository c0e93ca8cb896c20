#include "diag/render.h"

#include <fmt/format.h>

#include <iterator>

#include "base/utf8.h"

namespace paraneo::diag {
namespace {

std::string_view word(Severity severity) {
  switch (severity) {
    case Severity::information: return "note";
    case Severity::warning: return "warning";
    case Severity::error: return "error";
  }
  return "error";
}

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// Controls, and marks that turn the direction of writing.
bool steers(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return first < 0x20 || first == 0x7F;
  const auto second = static_cast<unsigned char>(character[1]);
  if (character.size() == 2) return first == 0xC2 && second < 0xA0;
  const auto third = static_cast<unsigned char>(character[2]);
  if (first != 0xE2) return false;
  return (second == 0x80 && third >= 0xA8 && third <= 0xAE) ||
         (second == 0x81 && third >= 0xA6 && third <= 0xA9);
}

std::string painted(std::string_view text, std::string_view ansi, bool colour) {
  return colour ? fmt::format("\x1b[{}m{}\x1b[0m", ansi, text) : std::string(text);
}

std::string_view ansi_of(Severity severity) {
  return severity == Severity::error ? "1;31" : severity == Severity::warning ? "1;33" : "1;36";
}

void append_source_line(std::string& out, const Snippet& snippet) {
  fmt::format_to(std::back_inserter(out), "  {}\n  {}{}\n", shown(snippet.line),
                 std::string(snippet.caret, ' '), std::string(snippet.caret_width, '^'));
}

std::string file_line_column(const Snippet& snippet) {
  return fmt::format("{}:{}:{}", snippet.file, snippet.at.line, snippet.at.column);
}

// Of what no sink has taken, the source is still there.
std::optional<Snippet> snippet_of(const Diagnostic& d) {
  return d.snippet || d.span.source == nullptr ? d.snippet : diag::snippet_of(d.span);
}

std::string context_of(const Diagnostic& d, const Source* input) {
  std::string out;
  if (!d.element.empty()) out = "at " + shown(d.element);
  if (input != nullptr && d.span.source != input)
    fmt::format_to(std::back_inserter(out), "{}for {}:{}", out.empty() ? "" : ", ",
                   shown(input->name), input->first_line);
  return out;
}

}  // namespace

std::string shown(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto size = utf8::first_length(text);
    const auto character = text.substr(0, std::max<std::size_t>(size, 1));
    if (character == "\t" || character == "\n") out += ' ';
    else out += size == 0 || steers(character) ? kReplacement : character;
    text.remove_prefix(character.size());
  }
  return out;
}

namespace {

std::string shown_lines(std::string_view text) {
  std::string out;
  for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    out += shown(text.substr(0, end)) + "\n";
    text.remove_prefix(end + 1);
  }
  return out + shown(text);
}

}  // namespace

std::string file_line_column(const Span& span) {
  if (span.source == nullptr) return {};
  const auto at = locate(*span.source, span.begin);
  return fmt::format("{}:{}:{}", span.source->name, at.line, at.column);
}

std::string file_line_column(const Diagnostic& d) {
  const auto snippet = snippet_of(d);
  return snippet ? file_line_column(*snippet) : std::string();
}

std::string render(const Diagnostic& d, const RenderOptions& options) {
  std::string out;
  const auto snippet = snippet_of(d);
  if (snippet) out = shown(file_line_column(*snippet)) + ": ";
  out += painted(word(d.severity), ansi_of(d.severity), options.colour);
  fmt::format_to(std::back_inserter(out), ": {}", shown(d.message));
  if (const auto context = context_of(d, options.input); !context.empty())
    fmt::format_to(std::back_inserter(out), " ({})", context);
  fmt::format_to(std::back_inserter(out), " [{}]\n", info(d.code).name);
  if (snippet && options.show_source_line) append_source_line(out, *snippet);
  if (!d.advice.empty()) fmt::format_to(std::back_inserter(out), "  -> {}\n", shown(d.advice));
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
  if (!error.where.empty()) out = shown(error.where) + ": ";
  out += painted("error", ansi_of(Severity::error), options.colour);
  out += ": " + shown_lines(error.what) + "\n";
  if (!error.advice.empty()) out += "  -> " + shown_lines(error.advice) + "\n";
  return out;
}

}  // namespace paraneo::diag
