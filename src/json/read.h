// Reads one JSON text (RFC 8259, UTF-8). Stricter than the RFC where FHIR is: no duplicate names.
#pragma once

#include "base/limits.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "json/value.h"

namespace paraneo::json {

// The tree lives in the arena and points into the source. Null, and at least one error in the
// sink, when the text is not JSON or breaks a limit.
const Value* read(const Source& source, Arena& arena, const Limits& limits, diag::Sink& sink);

}  // namespace paraneo::json
