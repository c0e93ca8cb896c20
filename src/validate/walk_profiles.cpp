#include "validate/walk_profiles.h"

#include "validate/slice_finder.h"

namespace paraneo::validate {

std::optional<bool> WalkProfiles::conforms(const element::Element& at,
                                           std::string_view profile_url) const {
  const auto* profile = rules_.profile(profile_url);
  if (profile == nullptr) return std::nullopt;
  if (!rules_.definitions().is_a_named(at.type, profile->type)) return false;
  return rules_.conforms(at, profile->root, visit_);
}

WalkProfiles::InSlice WalkProfiles::in_slice(const element::Element& at,
                                             std::string_view profile_url,
                                             std::string_view slice) const {
  const auto* profile = rules_.profile(profile_url);
  if (profile == nullptr) return InSlice::no_profile;
  auto found = find_slices(rules_.definitions(), *profile, slice);
  if (found.empty()) return InSlice::no_slice;
  std::erase_if(found, [&](const FoundSlice& each) { return each.list->name != at.name; });
  if (found.empty()) return InSlice::no;
  if (found.size() > 1) return InSlice::several_slices;
  const auto answer = slices_.is_in(at, *found[0].list, *found[0].slice, visit_);
  return !answer ? InSlice::not_known : *answer ? InSlice::yes : InSlice::no;
}

}  // namespace paraneo::validate
