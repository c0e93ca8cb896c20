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
};

std::string render(const Diagnostic& diagnostic, const RenderOptions& options);
std::string render(const Sink& sink, const RenderOptions& options);
std::string render(const Error& error, const RenderOptions& options);

}  // namespace paraneo::diag
