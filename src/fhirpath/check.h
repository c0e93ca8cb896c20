// Static check of an expression against the definitions: names that no possible input has.
#pragma once

#include "fhirpath/fhirpath.h"

namespace paraneo::fhirpath {

// What is known of an expression's items. Open: could be anything.
struct StaticType {
  bool open = true;
  std::vector<definition::TypeId> types;
  bool unordered = false;  // of children() and descendants()
};

// Reports unknown elements and returns the type of the result. A context of 0 is open.
StaticType check(const Engine& engine, const syntax::Expression& expression,
                 definition::TypeId context, bool strict, diag::Sink& sink);

}  // namespace paraneo::fhirpath
