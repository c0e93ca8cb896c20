// What profiles ask of an element, as the walk comes to it: which of their nodes hold for it, which
// slices its children belong to, and whether it is as a node says. One tree of nodes more or less
// is all that tells a profile from another: the walk is the same. Internal to this folder.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "definition/profiles.h"
#include "terminology/value_set.h"
#include "validate/references.h"
#include "validate/visit.h"
#include "validate/vital_signs.h"

namespace paraneo::validate {

using definition::ProfileNode;
using Nodes = std::vector<const ProfileNode*>;

// Not thread-safe; keeps profiles it has built from one input to the next, and nothing else.
class ProfileRules {
 public:
  // `walk`: goes through the element with these nodes; for whether something conforms.
  using Walk = std::function<void(const element::Element&, const Nodes&, Visit&)>;
  ProfileRules(const definition::Definitions& definitions, const definition::Profiles& profiles,
               const terminology::Codes& codes, const Limits& limits, Walk walk)
      : definitions_(definitions), profiles_(profiles), codes_(codes),
        built_(definitions, profiles, limits), walk_(std::move(walk)) {}

  // Forgets the last input.
  void begin(References& references) {
    references_ = &references;
    verdicts_.clear();
    depth_ = 0;
  }

  // Profiles that hold for the element by themselves: of the run (for the root), of meta.profile,
  // of an extension's URL, of its place in a type.
  void add_own(const element::Element& at, const std::vector<std::string>& of_run, Nodes& nodes,
               Visit& visit);
  // Those that its nodes ask for by the profiles of their types.
  void add_of_types(const element::Element& at, Nodes& nodes, Visit& visit);
  // Types, fixed values, patterns, targets. Codes and invariants are the walk's.
  void check(const element::Element& at, const ProfileNode& node, Visit& visit);

  // Whether the element is of the profile; what it refers to is asked as well, as far as it is
  // here.
  bool conforms(const element::Element& at, const ProfileNode& node, Visit& visit);
  const definition::Profile* profile(std::string_view url) { return built_.find(url); }
  const definition::Definitions& definitions() const { return definitions_; }
  definition::BuiltProfiles& built() { return built_; }

 private:
  friend class Discriminators;

  void add_profile(const element::Element& at, const element::Element& named_at,
                   std::string_view url, Nodes& nodes, Visit& visit);
  void add_vital_signs(const element::Element& at, Nodes& nodes, const Visit& visit);
  void check_type(const element::Element& at, const ProfileNode& node, Visit& visit);
  void check_way(const element::Element& at, const ProfileNode& node,
                 const definition::AllowedType& type, Visit& visit);
  void check_target(const element::Element& at, const ProfileNode& node,
                    const definition::AllowedType& type, Visit& visit);
  definition::TypeId type_of_target(std::string_view url);

  const definition::Definitions& definitions_;
  const definition::Profiles& profiles_;
  const terminology::Codes& codes_;
  definition::BuiltProfiles built_;
  VitalSigns vital_signs_{profiles_, built_};
  Walk walk_;
  References* references_ = nullptr;
  std::map<std::pair<const element::Element*, const ProfileNode*>, std::optional<bool>>
      verdicts_;  // none: being looked at
  std::size_t depth_ = 0;
};

// What follows a message about a profile.
std::string of_profile(const ProfileNode& node);
// Whether a value of the type may stand where a profile allows that one.
bool is_of_type(const definition::Definitions& definitions, definition::TypeId type,
                definition::TypeId allowed);
const definition::AllowedType* allowed_type(const definition::Definitions& definitions,
                                            const ProfileNode& node, definition::TypeId type);

}  // namespace paraneo::validate
