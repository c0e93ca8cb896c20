// What conformsTo() and slice() ask of profiles (FHIR R4 2.9.1.5), answered by the validator's
// rules.
#pragma once

#include "fhirpath/ports.h"
#include "validate/validate.h"

namespace paraneo::validate {

// For one thread; keeps the profiles that it has built. What it is made of must outlive it.
class ProfileAnswers : public fhirpath::ProfilePort {
 public:
  ProfileAnswers(const fhirpath::Engine& engine, const terminology::ValueSets& value_sets,
                 const definition::Profiles& profiles, const Limits& limits)
      : context_{engine, value_sets, limits, &profiles}, of_types_{engine, value_sets, limits},
        rules_(context_), base_(of_types_) {}

  // An element of the profile's type that breaks neither the profile nor what its type asks.
  std::optional<bool> conforms(const element::Element& element,
                               std::string_view profile_url) const override;
  InSlice in_slice(const element::Element& element, std::string_view profile_url,
                   std::string_view slice) const override;

 private:
  Context context_;
  Context of_types_;  // without profiles
  mutable Validator rules_;
  mutable Validator base_;
  mutable Arena arena_;  // of the last answer
};

}  // namespace paraneo::validate
