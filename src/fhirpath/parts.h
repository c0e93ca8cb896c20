// Which parts of a program depend on nothing but variables: a run can remember what they are.
// Internal to this folder.
#pragma once

#include "fhirpath/program.h"

namespace paraneo::fhirpath {

// Marks such parts (Node::part, Node::is_closed) and says which variables each one reads.
void mark_parts(Program& program);

}  // namespace paraneo::fhirpath
