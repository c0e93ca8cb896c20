// The types that random maps read and write: a small logical model of our own and a part of FHIR
// R4, written down here once more, in the specification's order.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "plain_value.h"
#include "random.h"

namespace paraneo::plain {

struct ModelElement {
  std::string name;  // without [x]
  std::vector<std::string> types;
  bool is_list = false;
  bool is_choice = false;

  std::size_t max() const { return is_list ? SIZE_MAX : 1; }
};

inline constexpr std::string_view kCaseUrl = "http://example.org/StructureDefinition/Case";

// Of a primitive type: its id. None for a type that is not written down.
const std::vector<ModelElement>& elements_of(const std::string& type);
const ModelElement* find_element(const std::string& type, std::string_view name);
bool is_resource(std::string_view type);
// Whether the element can be of that type.
bool allows(const ModelElement& element, std::string_view type);

// A child without a place yet: it gets one where its parent's type has it.
Node& insert(Node& parent, const ModelElement& element, std::unique_ptr<Node> child);

// The logical model as a StructureDefinition.
std::string case_definition();
std::unique_ptr<Node> random_case(SeededRandom& random);

}  // namespace paraneo::plain
