// An OperationOutcome (FHIR R4 2.36.10): what was found about one input, for programs.
#pragma once

#include <string>

#include "diag/diagnostic.h"

namespace paraneo::validate {

// One JSON text without line breaks. Each issue has its code and words (`details`), what to do
// (`diagnostics`), the FHIRPath of the element (`expression`), line and column (HL7's extensions
// operationoutcome-issue-line and -col). An input without a finding has one issue that says so,
// since an OperationOutcome needs one. `input`: its name; may be empty.
std::string outcome_json(const diag::Sink& sink, std::string_view input);

}  // namespace paraneo::validate
