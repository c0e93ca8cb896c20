// Diagnostics as text for people: file:line:column, the message, the line and a caret under the
// place, the advice.
#pragma once

#include <string>

#include "base/result.h"
#include "diag/diagnostic.h"

namespace paraneo::diag {

struct RenderOptions {
  bool colour = false;
  // A line of the source can hold patient data; without this only the place is shown.
  bool show_source_line = true;
  // What was being read: named where the place is in something else, a map say.
  const Source* input = nullptr;
};

// On one line and safe to show: what could steer a terminal, or is no UTF-8, is replaced.
std::string shown(std::string_view text);

// "file:line:column"; empty for a span without a source.
std::string file_line_column(const Span& span);
std::string file_line_column(const Diagnostic& diagnostic);

// As people read it: place, severity, message, code, the line with a caret, advice; with an end of
// line.
std::string render(const Diagnostic& diagnostic, const RenderOptions& options);
std::string render(const Sink& sink, const RenderOptions& options);
std::string render(const Error& error, const RenderOptions& options);

}  // namespace paraneo::diag
