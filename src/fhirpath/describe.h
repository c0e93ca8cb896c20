// A program as text, for people. Internal to this folder.
#pragma once

#include <string>

#include "fhirpath/fhirpath.h"
#include "fhirpath/program.h"

namespace paraneo::fhirpath {

// One line a node, indented by its depth, which the parser bounds.
std::string describe(const Engine& engine, const Program& program);

}  // namespace paraneo::fhirpath
