// A profile (a StructureDefinition of derivation constraint, FHIR R4 5.1) as a tree of what it asks
// beside what its type asks anyway. One tree comes from a snapshot, or from the tree of its base
// and a differential (snapshot/build_profile.h).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "definition/definitions.h"
#include "json/value.h"

namespace paraneo::definition {

struct Profile;

// How the elements of a list are told apart (ElementDefinition.slicing).
struct Slicing {
  enum class By : std::uint8_t { value, exists, type, profile };  // pattern is value
  enum class Rules : std::uint8_t { open, closed, open_at_end };
  struct Discriminator {
    By by = By::value;
    std::string path;
  };
  std::vector<Discriminator> discriminators;
  Rules rules = Rules::open;
  bool ordered = false;
};

// One of the types that a profile allows at an element.
struct AllowedType {
  TypeId type = 0;                    // 0: one that no definition knows
  std::string name;                   // as the profile has it
  std::vector<std::string> profiles;  // the value must be of one of them
  std::vector<std::string> targets;   // what a Reference may lead to: URLs of types and profiles
  // How a Reference may lead there (ElementDefinition.type.aggregation); none of them: in any way.
  bool contained = false, referenced = false, bundled = false;
};

// A binding beside the first one: codes must be of both.
struct AdditionalBinding {
  BindingStrength strength = BindingStrength::none;
  std::string value_set;
  bool is_maximum = false;  // of codes, where there are any: text alone may stand there
};

// The least or the most that a value may be (ElementDefinition.minValue[x], maxValue[x]).
struct Bound {
  const json::Value* value = nullptr;  // null: there is none
  TypeId type = 0;                     // of values that it bounds
};

// An invariant that a profile adds (ElementDefinition.constraint).
struct ProfileConstraint {
  std::string key;
  std::string human;
  std::string expression;
  bool error = true;
};

// What a profile says of one element, beside the elements below it.
struct NodeRules {
  const Profile* profile = nullptr;  // that it belongs to
  Symbol name = 0;                   // without [x]; 0 of the root
  TypeId type = 0;                   // of the value, where there is only one; else 0
  std::string slice;                 // its name; empty: none
  std::uint32_t min = 0;
  std::uint32_t max = kUnbounded;
  std::vector<AllowedType> types;  // empty: those of the base
  const json::Value* fixed = nullptr;
  const json::Value* pattern = nullptr;
  Bound min_value, max_value;
  std::uint32_t length_max = kUnbounded;  // characters
  BindingStrength strength = BindingStrength::none;
  std::string value_set;
  std::vector<AdditionalBinding> additional_bindings;
  std::vector<ProfileConstraint> constraints;
  std::optional<Slicing> slicing;
  std::string content_reference;  // the path of the element whose children it has
  bool must_support = false;
};

// One element of a profile. Not more than what the profile says: an element without a node is free.
struct ProfileNode : NodeRules {
  std::vector<std::unique_ptr<ProfileNode>> children;
  std::vector<std::unique_ptr<ProfileNode>> slices;

  // Not of its slices. Null where the profile says nothing of it.
  const ProfileNode* child(Symbol child_name) const {
    for (const auto& each : children)
      if (each->name == child_name) return each.get();
    return nullptr;
  }
};

// Where an extension may stand (StructureDefinition.context).
struct ExtensionContext {
  enum class Kind : std::uint8_t { element, extension, expression };
  Kind kind = Kind::element;
  std::string text;
};

// Immutable once it is built; belongs to the Definitions that it was built with.
struct Profile {
  std::string url;
  std::string version;
  std::string base;  // URL
  TypeId type = 0;
  bool is_modifier = false;  // of an extension
  std::vector<ExtensionContext> contexts;
  // Paths of elements of which it allows more than the profile that it stands on, whose rules count
  // all the same (FHIR R4 5.1.0); sorted, each once.
  std::vector<std::string> contradictions;
  ProfileNode root;
  Arena values;                           // of fixed values and patterns
  std::shared_ptr<const Profile> parent;  // whose values are used, too; null where a snapshot says
                                          // everything
};

// The node at a path of the profile's own ("Questionnaire.item"), for content references; null
// without one.
const ProfileNode* node_at(const Definitions& definitions, const Profile& profile,
                           std::string_view path);

}  // namespace paraneo::definition
