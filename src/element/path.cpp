#include "element/path.h"

#include <utility>

namespace paraneo::element {
namespace {

std::size_t index_in_list(const Element& element) {
  std::size_t index = 0;
  for (const auto* e = element.parent->first; e != &element; e = e->next)
    if (e->def == element.def) ++index;
  return index;
}

std::string step_to(const definition::Definitions& definitions, const Element& element) {
  auto step = "." + std::string(definitions.name(element.name));
  if (definitions.element_at(element.def).is_list())
    step += "[" + std::to_string(index_in_list(element)) + "]";
  return step;
}

}  // namespace

std::string path_of(const definition::Definitions& definitions, const Element& element) {
  if (element.parent == nullptr) return std::string(definitions.type_name(element.type));
  return path_of(definitions, *element.parent) + step_to(definitions, element);
}

std::string path_within(const definition::Definitions& definitions, const Element& around,
                        const Element& element) {
  return &element == &around
             ? std::string()
             : path_within(definitions, around, *element.parent) + step_to(definitions, element);
}

namespace {

// The element's path, and its counterpart in the original; null when it is not there.
std::pair<std::string, const Element*> step_in_original(const definition::Definitions& definitions,
                                                        const Element& original,
                                                        const Element& around,
                                                        const Element& element) {
  if (&element == &around) return {std::string(), &original};
  auto [path, parent] = step_in_original(definitions, original, around, *element.parent);
  const Element* found = nullptr;
  for (const auto* each = parent == nullptr ? nullptr : parent->first;
       each != nullptr && found == nullptr; each = each->next)
    if (each->def == element.def && each->offset == element.offset) found = each;
  return {path + step_to(definitions, found == nullptr ? element : *found), found};
}

}  // namespace

std::string path_within_original(const definition::Definitions& definitions,
                                 const Element& original, const Element& around,
                                 const Element& element) {
  return step_in_original(definitions, original, around, element).first;
}

namespace {

// From `around`, null: from the root.
template <class IndexInList>
std::string pointer_from(const definition::Definitions& definitions, const Element* around,
                         const Element& element, const IndexInList& index_of) {
  if (&element == around || element.parent == nullptr) return "";
  auto pointer = pointer_from(definitions, around, *element.parent, index_of) + "/";
  const auto is_extension_of_primitive =
      element.parent != around && definitions.is_primitive(element.parent->type);
  if (is_extension_of_primitive) {
    // The extensions of a primitive stand in its "_" sibling.
    const auto slash = pointer.rfind('/', pointer.size() - 2);
    const auto is_list = definitions.element_at(element.parent->def).is_list();
    const auto name_at = is_list ? pointer.rfind('/', slash - 1) : slash;
    pointer.insert(name_at + 1, "_");
  }
  pointer +=
      definitions.name(definitions.json_name(definitions.element_at(element.def), element.type));
  if (definitions.element_at(element.def).is_list())
    pointer += "/" + std::to_string(index_of(element));
  return pointer;
}

}  // namespace

std::string pointer_of(const definition::Definitions& definitions, const Element& element) {
  return pointer_from(definitions, nullptr, element, index_in_list);
}

std::string pointer_within(const definition::Definitions& definitions, const Element& around,
                           const Element& element, const ListPlaces& places) {
  return pointer_from(definitions, &around, element,
                      [&](const Element& each) { return places.of(each); });
}

void ListPlaces::count(const Element& parent) {
  const Element* before = nullptr;
  for (const auto* each = parent.first; each != nullptr; before = each, each = each->next) {
    places_[each] = before != nullptr && before->def == each->def ? places_[before] + 1 : 0;
    count(*each);
  }
}

}  // namespace paraneo::element
