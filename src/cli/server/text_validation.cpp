#include "cli/server/push_validation.h"

#include <algorithm>

#include "base/clock.h"
#include "diag/counted.h"
#include "diag/render.h"
#include "format/json.h"

namespace paraneo::cli {

Result<void> PushValidation::check(const Source& text) {
  arena_.reset();
  diag::Sink sink(limits_.diagnostics_max);
  const Budget reading(limits_, arena_, &steady_clock());
  const auto* root =
      format::read_json(knowledge_->definitions(), text, {}, limits_, arena_, sink, &reading);
  if (root != nullptr) {
    validator_.consult(*root, &text, arena_, &steady_clock());
    const Budget budget(limits_, arena_, &steady_clock());
    validator_.validate(*root, &text, arena_, sink, &budget);
  }
  if (sink.ok()) return {};
  const auto first = std::find_if(sink.all().begin(), sink.all().end(), [](const auto& each) {
    return each.severity == diag::Severity::error;
  });
  auto what = first->message + (first->element.empty() ? "" : " (at " + first->element + ")") +
              " [" + std::string(diag::info(first->code).name) + "]";
  if (sink.errors() > 1) what += ", and " + diag::counted(sink.errors() - 1, "more error");
  return fail(ErrorCode::entry_refused, std::move(what), diag::file_line_column(*first),
              "nothing of this text is pushed; 'paraneo validate' says all that is wrong with it");
}

}  // namespace paraneo::cli
