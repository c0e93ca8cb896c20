// Where an element stands.
#pragma once

#include <string>

#include "element/element.h"

namespace paraneo::element {

// FHIRPath of the element from its root: "Bundle.entry[3].resource.status".
std::string path_of(const definition::Definitions& definitions, const Element& element);
// The same below one of the elements that it is in, which costs nothing for what is around that:
// ".code.coding[1]"; empty for the element itself.
std::string path_within(const definition::Definitions& definitions, const Element& around,
                        const Element& element);
// The same where the element is in a copy from which elements have been taken out: its places in
// lists are those in the original, where it is told by its offset; what was made later has its
// place in the copy.
std::string path_within_original(const definition::Definitions& definitions,
                                 const Element& original, const Element& around,
                                 const Element& element);
// JSON pointer (RFC 6901) of the element in its text: "/entry/3/resource/valueQuantity/unit".
std::string pointer_of(const definition::Definitions& definitions, const Element& element);

}  // namespace paraneo::element
