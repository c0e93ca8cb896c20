// What is wrong in a user's data, map or expression: a stable code, a place, the FHIR element and
// what to do. The severities are those of OperationOutcome.issue.severity (FHIR R4).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"

namespace paraneo::diag {

// Of a message, the mildest first.
enum class Severity : std::uint8_t { information, warning, error };

// Of data and of operations; each has a row in codes.def, and a golden case that produces it.
enum class Code : std::uint16_t {
#define X(identifier, name, severity) identifier,
#include "diag/codes.def"
#undef X
};

// The row of a code.
struct CodeInfo {
  Code code;
  std::string_view name;
  Severity severity;  // the one a report of this code has unless the caller says otherwise
};

// From codes.def; both are constant, and may be asked by all threads.
const CodeInfo& info(Code code);
const std::vector<CodeInfo>& all_codes();

// What is shown of a span, copied: the text that the span points into may be gone by then.
struct Snippet {
  std::string file;
  LineColumn at;
  std::string line;             // as much of it around the place as a message shows
  std::size_t caret = 0;        // where in `line` the place begins, in code points
  std::size_t caret_width = 1;  // code points
};
Snippet snippet_of(const Span& span);  // its source must be there

// One message about the data.
struct Diagnostic {
  Code code;
  Severity severity = Severity::error;
  std::string message;  // one sentence, no full stop
  Span span;  // may have no source; in a sink the source may be gone: compare it, do not read it
  std::string element;  // FHIRPath or JSON pointer of the element; may be empty
  std::string advice;   // what to do; may be empty
  std::optional<Snippet> snippet = std::nullopt;  // of the span; a sink sets it
};

// Collects diagnostics of one input. Not thread-safe. Keeps the first diagnostics_max and counts
// the rest; a worse one takes the place of the last of the mildest kind. What it keeps needs no
// source any more: a map that cannot be read may go before its messages are shown.
class Sink {
 public:
  explicit Sink(std::size_t diagnostics_max = 200) : max_(diagnostics_max) {}

  // Counts it, and keeps it while there is room.
  void report(Diagnostic diagnostic);
  void report(Code code, std::string message, Span span = {}, std::string element = {},
              std::string advice = {});

  const std::vector<Diagnostic>& all() const { return diagnostics_; }
  std::size_t errors() const { return errors_; }
  std::size_t warnings() const { return warnings_; }
  std::size_t dropped() const { return dropped_; }  // over the limit: counted, not kept
  bool ok() const { return errors_ == 0; }
  void clear();

 private:
  bool make_room(Severity severity);

  std::vector<Diagnostic> diagnostics_;
  std::array<std::size_t, 3> kept_ = {};  // by severity
  std::size_t max_;
  std::size_t errors_ = 0;
  std::size_t warnings_ = 0;
  std::size_t dropped_ = 0;
};

}  // namespace paraneo::diag
