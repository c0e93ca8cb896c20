// An element that a message is about.
#pragma once

#include "diag/diagnostic.h"
#include "element/element.h"

namespace paraneo::validate {

// A view: the element lives as long as its tree.
struct Finding {
  const element::Element* at;
  diag::Severity severity;
};

}  // namespace paraneo::validate
