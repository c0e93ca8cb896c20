#include "diag/diagnostic.h"

#include <algorithm>
#include <utility>

namespace paraneo::diag {

const std::vector<CodeInfo>& all_codes() {
  static const std::vector<CodeInfo> codes = {
#define X(identifier, name, severity) {Code::identifier, name, Severity::severity},
#include "diag/codes.def"
#undef X
  };
  return codes;
}

const CodeInfo& info(Code code) { return all_codes()[static_cast<std::size_t>(code)]; }

void Sink::report(Diagnostic diagnostic) {
  if (diagnostic.severity == Severity::error) ++errors_;
  if (diagnostic.severity == Severity::warning) ++warnings_;
  if (diagnostics_.size() >= max_) {
    ++dropped_;
    if (!make_room(diagnostic.severity)) return;
  }
  ++kept_[static_cast<std::size_t>(diagnostic.severity)];
  if (!diagnostic.snippet && diagnostic.span.source != nullptr)
    diagnostic.snippet = snippet_of(diagnostic.span);
  diagnostics_.push_back(std::move(diagnostic));
}

bool Sink::make_room(Severity severity) {
  std::size_t mildest = 0;
  while (mildest < kept_.size() && kept_[mildest] == 0) ++mildest;
  if (mildest >= static_cast<std::size_t>(severity)) return false;
  const auto last = std::find_if(
      diagnostics_.rbegin(), diagnostics_.rend(),
      [&](const Diagnostic& d) { return d.severity == static_cast<Severity>(mildest); });
  diagnostics_.erase(std::next(last).base());
  --kept_[mildest];
  return true;
}

void Sink::report(Code code, std::string message, Span span, std::string element,
                  std::string advice) {
  report(
      {code, info(code).severity, std::move(message), span, std::move(element), std::move(advice)});
}

void Sink::clear() {
  diagnostics_.clear();
  kept_ = {};
  errors_ = warnings_ = dropped_ = 0;
}

}  // namespace paraneo::diag
