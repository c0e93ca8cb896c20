// Where an element stands.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>

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
// Where elements stand in their lists, counted in one walk: for who asks for the places of many.
class ListPlaces {
 public:
  // Of all below the element, which must outlive this, unchanged.
  explicit ListPlaces(const Element& around) { count(around); }
  std::size_t of(const Element& element) const { return places_.at(&element); }

 private:
  void count(const Element& parent);

  std::unordered_map<const Element*, std::size_t> places_;
};

// JSON pointer (RFC 6901) of the element in its text: "/entry/3/resource/valueQuantity/unit".
std::string pointer_of(const definition::Definitions& definitions, const Element& element);
// The same below one of the elements that it is in, of which these are the places.
std::string pointer_within(const definition::Definitions& definitions, const Element& around,
                           const Element& element, const ListPlaces& places);

}  // namespace paraneo::element
