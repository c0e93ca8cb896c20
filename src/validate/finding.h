// An element that a message is about.
#pragma once

#include "diag/diagnostic.h"
#include "element/element.h"

namespace paraneo::validate {

// One for each message of a call, in their order (Validator::findings). A view: the element lives
// as long as its tree, and may be read by as many threads as that.
struct Finding {
  const element::Element* at;
  diag::Severity severity;
};

}  // namespace paraneo::validate
