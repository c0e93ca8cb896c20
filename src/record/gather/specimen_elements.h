// Where an Observation has what its Specimen says, by a path: its time, its site, the kind of
// specimen in words, and how it was taken. The last one stands in a Specimen that it contains,
// under the maps' name.
#pragma once

#include <array>
#include <string_view>

#include "element/element.h"

namespace paraneo::record {

inline constexpr std::string_view kCollectionMethod = "specimen.collection.method";
inline constexpr std::array<std::string_view, 4> kOfSpecimen = {
    "effective", "bodySite", "specimen.display", kCollectionMethod};

// Null where it has nothing there.
element::Element* specimen_element(const definition::Definitions& definitions,
                                   element::Element& observation, std::string_view path);
// A copy of what somebody says, in its place, which is free.
element::Element& add_specimen_element(const definition::Definitions& definitions, Arena& arena,
                                       element::Element& observation, std::string_view path,
                                       const element::Element& said);
// With what is empty without it.
void remove_specimen_element(const definition::Definitions& definitions,
                             element::Element& observation, std::string_view path);
// Sets Observation.specimen right, once all is in its place: it refers to what is contained, and is
// not there when it is empty. It referred to nothing.
void refer_to_specimen(const definition::Definitions& definitions, Arena& arena,
                       element::Element& observation);

}  // namespace paraneo::record
