// What is odd about a map that compiles: rules that never run, elements that many values meet, names
// that nobody uses. compile() reports what is wrong; this goes with it.
#pragma once

#include "fml/compile.h"

namespace paraneo::fml {

// Warnings for what is probably a mistake, information for what may be meant. The library has the map
// itself and all that may use it or be used by it.
void check(const ast::Map& map, const Library& library, const definition::Definitions& definitions, diag::Sink& sink);

}  // namespace paraneo::fml
