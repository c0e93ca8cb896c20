// Makes the input of a counterexample smaller as long as it stays one.
#pragma once

#include <functional>

#include "plain_value.h"

namespace paraneo::plain {

// Removes one node below `parent`; false when each is needed.
inline bool smaller_input(Node& root, Node& parent, const std::function<bool()>& is_broken) {
  for (std::size_t i = 0; i < parent.children.size(); ++i) {
    auto child = std::move(parent.children[i]);
    // An object without members is no FHIR.
    const auto needed = parent.children.size() == 1 && &parent != &root && !parent.value;
    parent.children.erase(parent.children.begin() + static_cast<std::ptrdiff_t>(i));
    name_paths(root);
    if (!needed && is_broken()) return true;
    parent.children.insert(parent.children.begin() + static_cast<std::ptrdiff_t>(i),
                           std::move(child));
    name_paths(root);
    if (smaller_input(root, *parent.children[i], is_broken)) return true;
  }
  return false;
}

}  // namespace paraneo::plain
