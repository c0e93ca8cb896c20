// What is odd about a map that compiles: rules that never run, elements that many values meet,
// names that nobody uses. compile() reports what is wrong; this goes with it.
#pragma once

#include "fml/compile/compile.h"

namespace paraneo::fml {

// Warnings for what is probably a mistake, information for what may be meant. The library has the
// maps themselves and all that may use them or be used by them; each of it is looked at once.
void check(std::span<const ast::Map* const> maps, const Library& library,
           const definition::Definitions& definitions, diag::Sink& sink);

}  // namespace paraneo::fml
