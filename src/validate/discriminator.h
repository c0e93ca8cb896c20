// Which slice an element belongs to, by the slicing's discriminators (FHIR R4 5.1.0.12,
// "Discriminator"). Internal to this folder.
#pragma once

#include "validate/profile_rules.h"

namespace paraneo::validate {

class Discriminators {
 public:
  Discriminators(ProfileRules& rules, Visit& visit) : rules_(rules), visit_(visit) {}

  // None where the profile says too little to tell.
  std::optional<bool> is_in(const element::Element& at, const ProfileNode& slice,
                            const definition::Slicing& slicing);

 private:
  using Elements = std::vector<const element::Element*>;

  std::optional<bool> holds(const element::Element& at, const ProfileNode& slice,
                            const definition::Slicing::Discriminator& discriminator);
  std::optional<bool> has_value(const Elements& values, const Nodes& nodes);
  std::optional<bool> has_value(const element::Element& value, const ProfileNode& node,
                                std::size_t depth);
  std::optional<bool> has_children(const element::Element& value, const ProfileNode& node,
                                   std::size_t depth);
  std::optional<bool> has_type(const Elements& values, const Nodes& nodes, bool is_target);
  std::optional<bool> has_stated_type(const element::Element& at, const Nodes& nodes,
                                      const definition::Slicing::Discriminator& discriminator);
  std::optional<bool> has_profile(const Elements& values, const Nodes& nodes, bool is_target);

  // One step of the path, for the data and for the profile.
  Elements step(const Elements& from, std::string_view name);
  Nodes step(const Nodes& from, std::string_view name);
  void children(const ProfileNode& node, definition::Symbol name, Nodes& to);

  ProfileRules& rules_;
  Visit& visit_;
  bool is_elsewhere_ = false;  // a reference led to what is not in the input
};

}  // namespace paraneo::validate
