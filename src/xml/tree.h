// An XML document as a tree in an arena: elements with their namespaces, attributes and places.
// Comments, processing instructions and white space are passed over.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/arena.h"

namespace paraneo::xml {

// A view: it points into the source, or into the arena of the tree.
struct Attribute {
  std::string_view name;           // as written; attributes of FHIR have no prefix
  std::string_view value;          // decoded
  std::uint32_t offset = 0;        // of its name in the source
  std::uint32_t value_offset = 0;  // of the quote
};

// Everything lives in the arena or points into the source.
struct Node {
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  std::string_view name;                  // without prefix
  std::string_view space;                 // the namespace's URI; empty for none
  std::uint32_t offset = 0;               // of the tag's "<" in the source
  std::uint32_t text_offset = kNone;      // of text inside that is no white space
  std::span<const Attribute> attributes;  // without namespace declarations
  std::string_view markup;  // of an element of ReadOptions::markup_space: as it is written
  Node* first = nullptr;    // children; none where there is markup
  Node* last = nullptr;
  Node* next = nullptr;
  Node* parent = nullptr;

  // Null where there is none.
  const Attribute* find(std::string_view attribute) const {
    for (const auto& each : attributes)
      if (each.name == attribute) return &each;
    return nullptr;
  }
};

}  // namespace paraneo::xml
