// Lists as a profile wants them: how many, and in which slices (ElementDefinition.min, max,
// slicing). Internal to this folder.
#pragma once

#include <optional>
#include <vector>

#include "validate/profile_rules.h"

namespace paraneo::validate {

// Not thread-safe.
class Slices {
 public:
  explicit Slices(ProfileRules& rules) : rules_(rules), definitions_(rules.definitions()) {}

  // A child, and a node of the profile that holds for it.
  struct Assignment {
    const element::Element* child;
    const ProfileNode* node;
  };
  // The nodes of the element's children, sorted by the child; says how many are missing or too
  // many, and what fits no slice.
  std::vector<Assignment> assign(const element::Element& at, const Nodes& nodes, Visit& visit);
  // Whether the element is in that slice of the list that it is in; none where the profile says too
  // little to tell.
  std::optional<bool> is_in(const element::Element& at, const ProfileNode& list,
                            const ProfileNode& slice, Visit& visit);

 private:
  void count(const element::Element& at, const ProfileNode& child,
             const std::vector<const element::Element*>& list, Visit& visit);
  void slice(const element::Element& at, const ProfileNode& node,
             const std::vector<const element::Element*>& list, std::vector<Assignment>& to,
             Visit& visit);

  ProfileRules& rules_;
  const definition::Definitions& definitions_;
};

}  // namespace paraneo::validate
