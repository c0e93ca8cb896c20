// The sites of a fact's resource (bodySite), by their paths: "bodySite", "bodySite[1]".
#pragma once

#include <string>
#include <string_view>

#include "element/element.h"

namespace paraneo::record {

inline constexpr std::string_view kSite = "bodySite";

// Whether resources of the type say where in the body.
bool has_place_for_site(const definition::Definitions& definitions,
                        const element::Element& resource);
// With its number where there may be several.
std::string path_of_site(const definition::Definitions& definitions,
                         const element::Element& resource, const element::Element& site);
// Null for the path of one that is waited for.
element::Element* site_at(const definition::Definitions& definitions, element::Element& resource,
                          std::string_view path);

}  // namespace paraneo::record
