// Profiles by their URL, as texts: they are many, and few are asked for. Extensions are profiles,
// too.
//
// Building is single-threaded; a finished Profiles is immutable and may be shared.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/limits.h"
#include "definition/profile.h"

namespace paraneo::definition {

// The texts of profiles by URL; BuiltProfiles makes trees of them. Immutable while it is shared by
// threads.
class Profiles {
 public:
  // R4's own and those of what the program writes.
  static const Profiles& builtin();

  // Takes a StructureDefinition of derivation constraint, without what is only for readers; others
  // are ignored. One takes the place of an earlier one of the same URL.
  void add(const json::Value& structure_definition);
  // By URL, without its version; empty when there is none. Valid as long as the Profiles.
  std::string_view find(std::string_view url) const;
  // The URLs of those that begin so and have that base themselves, sorted.
  std::vector<std::string_view> standing_on(std::string_view base, std::string_view begin) const;
  std::size_t size() const { return texts_.size(); }
  // Leaves out the snapshots of those whose base is a type, or a profile that is here.
  void drop_snapshots(const Definitions& definitions);

  // One line each: "URL<tab>JSON".
  std::string serialize() const;
  // The text must live as long as what is made of it.
  static Profiles deserialize(std::string_view text);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  std::unordered_map<std::string, std::string_view, Hash, std::equal_to<>> texts_;
  std::vector<std::shared_ptr<const std::string>> own_;
};

// Profiles ready for use, each built once, when it is first asked for. Not thread-safe: one per
// thread.
class BuiltProfiles {
 public:
  BuiltProfiles(const Definitions& definitions, const Profiles& profiles, const Limits& limits)
      : definitions_(definitions), profiles_(profiles), limits_(limits) {}

  // By URL, with or without a version. Null when it is not known, or cannot be used: why() says it
  // then.
  const Profile* find(std::string_view url) { return shared(url).get(); }
  const std::string& why(std::string_view url) const;

 private:
  std::shared_ptr<const Profile> shared(std::string_view url);
  std::shared_ptr<const Profile> build(const std::string& url);

  const Definitions& definitions_;
  const Profiles& profiles_;
  const Limits limits_;
  std::map<std::string, std::shared_ptr<const Profile>, std::less<>> built_;
  std::map<std::string, std::string, std::less<>> why_;
  std::size_t depth_ = 0;      // of profiles that wait for their base
  bool was_too_deep_ = false;  // which says nothing of those in between
};

}  // namespace paraneo::definition
