// Literal strings in a row: 'a' | 'b' | 'c'.
// Internal to this folder.
#pragma once

#include "fhirpath/program.h"

namespace paraneo::fhirpath {

// Makes one node (Op::texts) of each union of literal strings, so that no run unites them again.
// Costs time in proportion to the program.
void fold_literals(Program& program);

}  // namespace paraneo::fhirpath
