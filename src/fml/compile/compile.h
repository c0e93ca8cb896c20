// Maps to a program: imports are followed, names resolved, elements and types checked against the
// definitions. All mistakes of all maps are reported in one run.
#pragma once

#include <memory>
#include <span>

#include "fml/compile/library.h"
#include "fml/compile/program.h"

namespace paraneo::fml {

// Null, with diagnostics, when the map cannot work.
std::shared_ptr<const Program> compile(const ast::Map& map, const Library& library,
                                       const fhirpath::Engine& engine, diag::Sink& sink);
// All of these with what they import, each of them once, for their mistakes.
void check_types(std::span<const ast::Map* const> maps, const Library& library,
                 const fhirpath::Engine& engine, diag::Sink& sink);

}  // namespace paraneo::fml
