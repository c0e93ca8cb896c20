#include "cli/server/text_validation.h"

#include <algorithm>

#include "diag/counted.h"
#include "diag/render.h"

namespace paraneo::cli {

Result<void> TextValidation::check(const Source& text) {
  diag::Sink sink(call_.limits.diagnostics_max);
  if (operation_.check(text, call_, sink)) return {};
  const auto first = std::find_if(sink.all().begin(), sink.all().end(), [](const auto& each) {
    return each.severity == diag::Severity::error;
  });
  auto what = first->message + (first->element.empty() ? "" : " (at " + first->element + ")") +
              " [" + std::string(diag::info(first->code).name) + "]";
  if (sink.errors() > 1) what += ", and " + diag::counted(sink.errors() - 1, "more error");
  return fail(ErrorCode::entry_refused, std::move(what), diag::file_line_column(*first), advice_);
}

}  // namespace paraneo::cli
