// What push sends and pull brings, held to the specification and to the profiles of --ig first.
#pragma once

#include "base/result.h"
#include "base/source.h"
#include "cli/knowledge/knowledge.h"
#include "validate/operation.h"

namespace paraneo::cli {

// Not thread-safe.
class TextValidation {
 public:
  // `codes`: a terminology server, or null. `advice`: what follows a refusal.
  TextValidation(SharedKnowledge knowledge, const Limits& limits, terminology::CodeService* codes,
                 std::string advice)
      : knowledge_(std::move(knowledge)),
        operation_({knowledge_->engine(), knowledge_->value_sets(), knowledge_->profiles(),
                    &knowledge_->canonicals(), codes}),
        call_{{}, diag::Severity::error, {}, limits}, advice_(std::move(advice)) {}

  // Fault::data with the first error, and how many there are, when the text is not valid.
  Result<void> check(const Source& text);

 private:
  const SharedKnowledge knowledge_;
  validate::Operation operation_;
  const validate::Call call_;
  const std::string advice_;
};

}  // namespace paraneo::cli
