// Where an element is, for a message: to find its place among its siblings costs time, which is not
// spent on messages that are only counted.
#pragma once

#include <string>

#include "diag/diagnostic.h"
#include "element/path.h"

namespace paraneo::element {

// Empty where the sink has no room for another message: then nobody reads it.
inline std::string path_for(const diag::Sink& sink, const definition::Definitions& definitions,
                            const Element& element) {
  return sink.dropped() > 0 ? std::string() : path_of(definitions, element);
}
inline std::string pointer_for(const diag::Sink& sink, const definition::Definitions& definitions,
                               const Element& element) {
  return sink.dropped() > 0 ? std::string() : pointer_of(definitions, element);
}

}  // namespace paraneo::element
