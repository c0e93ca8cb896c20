// push --validate: what is sent is held to the specification and to the profiles of --ig first.
#pragma once

#include "base/arena.h"
#include "base/result.h"
#include "base/source.h"
#include "cli/knowledge/knowledge.h"
#include "validate/validate.h"

namespace paraneo::cli {

// Not thread-safe.
class PushValidation {
 public:
  // `codes`: a terminology server, or null.
  PushValidation(SharedKnowledge knowledge, const Limits& limits,
                 terminology::CodeService* codes = nullptr)
      : knowledge_(std::move(knowledge)), limits_(limits), context_{knowledge_->engine(),
                                                                    knowledge_->value_sets(),
                                                                    limits_,
                                                                    &knowledge_->profiles(),
                                                                    {},
                                                                    diag::Severity::error,
                                                                    &knowledge_->canonicals(),
                                                                    {},
                                                                    codes},
        validator_(context_) {}

  // Fault::data with the first error, and how many there are, when the text (JSON) may not be sent.
  Result<void> check(const Source& text);

 private:
  const SharedKnowledge knowledge_;
  const Limits limits_;
  const validate::Context context_;
  validate::Validator validator_;
  Arena arena_;
};

}  // namespace paraneo::cli
