// Reads one JSON text (RFC 8259, UTF-8). Stricter than the RFC where FHIR is: no duplicate names.
#pragma once

#include "base/budget.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "json/value.h"

namespace paraneo::json {

// The tree lives in the arena and points into the source. Null, and at least one error in the
// sink, when the text is not JSON or breaks a limit; the budget's time is one of them.
const Value* read(const Source& source, Arena& arena, const Limits& limits, diag::Sink& sink,
                  const Budget* budget = nullptr);
// json-time, with what to do: for all that goes over an input before it is evaluated.
void report_late(const Source& source, const Budget& budget, diag::Sink& sink);

}  // namespace paraneo::json
