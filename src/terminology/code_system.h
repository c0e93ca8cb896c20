// Which codes a code system has, what they are called and which stand below which (FHIR R4
// CodeSystem, 4.8), of those that list all of their codes, or say that they list some. Kept as
// sorted text, so that thousands of systems cost nothing until one is asked for.
//
// Building is single-threaded; a finished CodeSystems is immutable and may be shared.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "json/value.h"
#include "terminology/sorted_lines.h"

namespace paraneo::terminology {

// One code while value sets are made of it. The texts are those of the CodeSystems.
struct Concept {
  std::string_view code;
  std::string_view display;
  std::vector<std::string_view> parents;
  std::vector<std::pair<std::string_view, std::string_view>> properties;  // name, value
};

// Whether two names are the same, without regard to case (of ASCII) and to how many spaces there
// are.
bool is_called_alike(std::string_view a, std::string_view b);

// Code systems by URL. Filled by one thread; immutable after finish().
class CodeSystems {
 public:
  // Takes a CodeSystem; others are ignored. One takes the place of an earlier one of the same URL.
  // The codes of one that adds to another (concept_map.h) are that one's, too, and what a
  // supplement (CodeSystem.supplements) calls codes is right for them. Call finish() last.
  void add(const json::Value& code_system);
  void finish();

  // Whether codes of the system are here.
  bool has(std::string_view url) const { return find(url) != nullptr; }
  // Whether the system has the code; none where not all of its codes are here.
  std::optional<bool> contains(std::string_view url, std::string_view code) const;
  // Whether the code is called so, but for upper and lower case and spaces; none where that is not
  // known, or the code has no name.
  std::optional<bool> is_called(std::string_view url, std::string_view code,
                                std::string_view display) const;
  // What the code is called first; empty where that is not known.
  std::string_view display(std::string_view url, std::string_view code) const;
  // Whether the first code is the second one or stands above it; none where one of them or the
  // system is not here.
  std::optional<bool> subsumes(std::string_view url, std::string_view above,
                               std::string_view below) const;
  // The code as the system writes it: of one that does not tell upper from lower case perhaps
  // another text. Empty where it has none, or is not here.
  std::string_view written(std::string_view url, std::string_view code) const;
  // Whether the system is here, and says that it is of another version than that.
  bool is_other_version(std::string_view url, std::string_view version) const;
  // The code that differs only by upper and lower case; empty without one.
  std::string_view alike(std::string_view url, std::string_view code) const;
  // Whether it was taken from a guide, and not built in.
  bool is_own(std::string_view url) const;

  // All that are here, sorted by code; none where nothing is. What was built in has no properties.
  struct Listing {
    bool is_whole = true;  // false: of a fragment, which has others
    std::vector<Concept> concepts;
    bool has_properties = false;
    std::vector<std::string_view> properties;  // that the system defines
  };
  std::optional<Listing> list(std::string_view url) const;

  // As the index of the binary holds it: docs/internals/index.md.
  std::string serialize() const;
  // The text must live as long as what is made of it.
  void deserialize(std::string_view text);

 private:
  struct Named {
    std::string display;
    std::vector<std::string> parents;
    std::vector<std::string> other_displays;
    std::vector<std::pair<std::string, std::string>> properties;
  };
  // As it was read.
  struct Read {
    bool is_complete = false;
    bool is_fragment = false;
    bool is_case_sensitive = true;
    std::string version;
    std::map<std::string, Named, std::less<>> concepts;
    std::vector<std::string> properties;
  };
  using Lines = std::unordered_map<std::string, std::string_view, TextHash, std::equal_to<>>;
  struct System {
    std::string_view lines;  // one for each code, sorted
    bool is_case_sensitive = true;
    bool is_own = false;
    bool is_whole = true;  // false: there are codes that are not here
    std::string_view version = {};
    std::shared_ptr<const Lines> folded = nullptr;  // by the code in lower case; of large ones that
                                                    // do not tell the cases apart
  };

  // Code and name, of each name that a supplement has.
  using Names = std::vector<std::pair<std::string, std::string>>;

  void add_to_systems();
  void keep_lines(System& system, std::string lines);
  static void read_concepts(const json::Value& parent, std::string_view code_of_parent, Read& to);
  const System* find(std::string_view url) const;
  // Null: the code is not there.
  std::optional<std::string_view> line(const System& system, std::string_view code) const;

  std::map<std::string, Read, std::less<>> read_;  // kept after finish(), for their properties
  std::map<std::string, std::vector<std::string>> additions_;  // codes, by the system that they are
                                                               // added to
  std::map<std::string, Names> supplements_;                   // by the system that they are of
  std::unordered_map<std::string, System, TextHash, std::equal_to<>> systems_;
  std::vector<std::shared_ptr<const std::string>> texts_;
};

}  // namespace paraneo::terminology
