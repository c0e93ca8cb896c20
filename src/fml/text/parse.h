// `.map` text to the tree of a map (FHIR Mapping Language, R4 and R5 forms of the header).
#pragma once

#include <memory>

#include "base/limits.h"
#include "diag/diagnostic.h"
#include "fml/ast.h"

namespace paraneo::fml {

// Null, with every mistake that was found in one pass, when the text is no map. The tree points
// into the source, which must live as long.
std::unique_ptr<ast::Map> parse(const Source& source, const Limits& limits, diag::Sink& sink);

}  // namespace paraneo::fml
