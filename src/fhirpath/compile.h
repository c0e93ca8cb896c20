// Expression tree to program: names become symbols, slots and functions. Internal to this folder.
#pragma once

#include <memory>

#include "fhirpath/fhirpath.h"
#include "fhirpath/program.h"

namespace paraneo::fhirpath {

// Of an expression in which check() found no mistake. The program keeps nothing of the tree; the
// definitions must outlive it.
std::shared_ptr<const Program> compile_program(const definition::Definitions& definitions,
                                               const syntax::Expression& expression,
                                               const CompileOptions& options, diag::Sink& sink);

}  // namespace paraneo::fhirpath
