// Paths of many elements, one after the other: where siblings come in order, each takes constant
// time.
#pragma once

#include <string>
#include <unordered_map>

#include "element/element.h"

namespace paraneo::element {

// Not thread-safe; the definitions must outlive it.
class Paths {
 public:
  explicit Paths(const definition::Definitions& definitions) : definitions_(definitions) {}

  // As path_of(). The tree must not change between the calls.
  std::string of(const Element& element) {
    if (element.parent == nullptr) return std::string(definitions_.type_name(element.type));
    auto path = of(*element.parent) + "." + std::string(definitions_.name(element.name));
    if (definitions_.element_at(element.def).is_list())
      path += "[" + std::to_string(index_of(element)) + "]";
    return path;
  }

 private:
  struct Last {
    const Element* element = nullptr;  // the last that was asked for
    std::size_t index = 0;             // in its list
  };

  std::size_t index_of(const Element& element) {
    auto& last = last_[element.parent];
    if (last.element == nullptr || last.element->def != element.def || !go(last, element)) {
      last = {element.parent->first, 0};
      while (last.element->def != element.def) last.element = last.element->next;
      go(last, element);
    }
    return last.index;
  }
  // On to the element in the same list; false when it does not come.
  static bool go(Last& last, const Element& element) {
    for (; last.element != nullptr && last.element->def == element.def;
         last.element = last.element->next, ++last.index)
      if (last.element == &element) return true;
    return false;
  }

  const definition::Definitions& definitions_;
  std::unordered_map<const Element*, Last> last_;  // by parent
};

}  // namespace paraneo::element
