// What readers of StructureDefinitions have in common. Internal to this folder.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "definition/definitions.h"
#include "json/value.h"

namespace paraneo::definition {

inline constexpr std::string_view kFhirBase = "http://hl7.org/fhir/StructureDefinition/";
inline constexpr std::string_view kBestPractice =
    "http://hl7.org/fhir/StructureDefinition/elementdefinition-bestpractice";
// Of a binding: the set that all codes must be of, whatever is preferred.
inline constexpr std::string_view kMaxValueSet =
    "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet";

// Empty where there is none, or it is no array.
inline std::span<const json::Value> items_of(const json::Value& object, std::string_view name) {
  const auto* value = object.find(name);
  return value == nullptr ? std::span<const json::Value>() : value->items();
}

// min and max of an element; kUnbounded for *.
inline std::uint32_t count_of(std::string_view text) {
  if (text == "*") return kUnbounded;
  std::uint32_t count = 0;
  for (const char c : text)
    if (c >= '0' && c <= '9' && count < 100'000'000)
      count = count * 10 + static_cast<std::uint32_t>(c - '0');
  return count;
}

}  // namespace paraneo::definition
