// The operation $validate (FHIR R4, resource-operation-validate) as a service calls it: a text in,
// a verdict out, with limits of this call alone. It is the one way from a text to a verdict, which
// `paraneo validate`, push, pull, import and sync go, too.
//
//   const knowledge::Knowledge& known = ...;                // or definitions of one's own
//   validate::Operation operation({known.engine(), known.value_sets(), known.profiles()});
//   const Source text{"request", body};                     // JSON or XML
//   validate::Call call;
//   call.limits.time_ms_max = 2'000;
//   const std::string outcome = operation.outcome(text, call);  // an OperationOutcome, as JSON
#pragma once

#include <string>
#include <vector>

#include "validate/validate.h"

namespace paraneo::validate {

// What verdicts are made of. All of it outlives the operation; immutable, shared by threads.
struct Known {
  const fhirpath::Engine& engine;
  const terminology::ValueSets& value_sets;
  const definition::Profiles& profiles;
  const element::Canonicals* canonicals = nullptr;  // Questionnaires; null: those of the input
                                                    // alone
  terminology::CodeService* codes = nullptr;        // a terminology server; null: there is none
};

// What one call asks for.
struct Call {
  std::vector<std::string> profiles = {};  // URLs that the resource must be of, beside its own
  diag::Severity level = diag::Severity::information;  // the mildest that is told
  Policy policy = {};
  Limits limits = {};  // of reading this text, and of judging it: each has the time that they say
};

// One per thread: it keeps what it has compiled, and nothing of a text. The verdict depends on the
// text and the call alone, not on what came before.
class Operation {
 public:
  explicit Operation(const Known& known);
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;

  // Reports into the sink; true when no error was found. A limit that is reached ends the call:
  // then its message is all that there is, since half a verdict is none. The sink may be read as
  // long as the text.
  bool check(const Source& text, const Call& call, diag::Sink& sink);
  // The same as an OperationOutcome (outcome.h), with at most Limits::diagnostics_max issues.
  std::string outcome(const Source& text, const Call& call);

 private:
  Limits limits_;  // of the call
  Context context_;
  Validator validator_;
  Arena arena_;
};

}  // namespace paraneo::validate
