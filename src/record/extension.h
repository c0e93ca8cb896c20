// Extensions that the program itself writes.
#pragma once

#include <string_view>

#include "element/element.h"

namespace paraneo::record {

// Gives the parent one more, without a value; null where its type takes none. The URL must live as
// long as the element.
element::Element* add_extension(const definition::Definitions& definitions, Arena& arena,
                                element::Element& parent, std::string_view url);
// Gives an extension that has none its URL.
void set_extension_url(const definition::Definitions& definitions, Arena& arena,
                       element::Element& extension, std::string_view url);

}  // namespace paraneo::record
