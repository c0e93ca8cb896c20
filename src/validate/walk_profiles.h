// What expressions ask about profiles while an input is walked through: conformsTo(), slice().
// Internal to this folder.
#pragma once

#include "fhirpath/ports.h"
#include "validate/slicing.h"

namespace paraneo::validate {

// Of one visit. All that it is given outlives it.
class WalkProfiles final : public fhirpath::ProfilePort {
 public:
  WalkProfiles(ProfileRules& rules, Slices& slices, Visit& visit)
      : rules_(rules), slices_(slices), visit_(visit) {}

  // Whether it is as the profile asks beside its type, which the walk sees to.
  std::optional<bool> conforms(const element::Element& at,
                               std::string_view profile_url) const override;
  InSlice in_slice(const element::Element& at, std::string_view profile_url,
                   std::string_view slice) const override;

 private:
  ProfileRules& rules_;
  Slices& slices_;
  Visit& visit_;
};

}  // namespace paraneo::validate
