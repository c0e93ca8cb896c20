// What the Parameters say that $validate-code and $lookup answer with (FHIR R4 4.7.1).
#pragma once

#include "json/value.h"
#include "terminology/code_service.h"

namespace paraneo::fetch {

// Empty where they say nothing that can be believed: no result, or a result of false for another
// reason than the code.
terminology::CodeAnswer code_answer(const terminology::CodeQuestion& question,
                                    const json::Value& parameters);

}  // namespace paraneo::fetch
