// The least and the most that a value may be, and how long it may be (ElementDefinition.minValue,
// maxValue, maxLength; FHIR R4 5.1.0). Internal to this folder.
#pragma once

#include "validate/comparison.h"
#include "validate/profile_rules.h"

namespace paraneo::validate {

// Not thread-safe.
class Bounds {
 public:
  Bounds(const fhirpath::Engine& engine, const Limits& limits) : comparison_(engine, limits) {}

  // Says nothing where a value and its bound cannot be compared (years and days, grams and metres).
  void check(const element::Element& at, const ProfileNode& node, Visit& visit);

 private:
  void check_bound(const element::Element& at, const ProfileNode& node,
                   const definition::Bound& bound, bool is_least, Visit& visit);

  Comparison comparison_;
};

}  // namespace paraneo::validate
