// Which codes a value set has (FHIR R4 ValueSet, 4.9), as far as that can be known without a
// terminology server: those that it lists, and those of code systems that list theirs, with its
// filters. What it takes from other systems is open: there it is not known whether a code belongs
// to it.
//
// Building is single-threaded; a finished ValueSets is immutable and may be shared.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "json/value.h"
#include "terminology/code_system.h"
#include "terminology/concept_map.h"
#include "terminology/listed_names.h"
#include "terminology/value_set_compose.h"
#include "terminology/value_set_lines.h"

namespace paraneo::terminology {

class ValueSets;

// ValueSets::builtin(), which only what is linked with the built-in sets may ask for.
const ValueSets& built_in_value_sets();

// Value sets by URL, and the code systems that they are made of.
class ValueSets {
 public:
  // Those of R4 and of the case record, with R4's code systems, built into the binary.
  static const ValueSets& builtin() { return built_in_value_sets(); }

  // Takes CodeSystem and ValueSet resources in any order; others are ignored. One takes the place
  // of an earlier one of the same URL; sets may refer to those that were listed before. Call
  // finish() last.
  void add(const json::Value& resource);
  void finish();

  // Whether the code is in the set; none when that cannot be known here. An empty
  // system stands for any, as for elements of type code.
  std::optional<bool> contains(std::string_view url, std::string_view system,
                               std::string_view code) const;
  // Some of its codes, for a message: none where there are others that are not known.
  std::vector<std::string_view> some_codes(std::string_view url, std::size_t count_max) const;
  bool has_set(std::string_view url) const;
  // Whether all codes of the system are in it, whatever they are: the system is not here.
  bool takes_all_of(std::string_view url, std::string_view system) const;
  // Whether its codes are of more than one system, as far as that is known.
  bool has_several_systems(std::string_view url) const;
  // All of its codes, with their systems; none where there may be others. The texts live as long as
  // this.
  std::optional<std::vector<Code>> codes_of(std::string_view url) const;
  // The version of the set that is here where the URL ("url|version") asks for another one: then
  // nothing is known of it. Empty otherwise.
  std::string_view other_version(std::string_view url) const;
  // Whether there is such a set, and something is known about it.
  bool knows(std::string_view url) const;
  const CodeSystems& code_systems() const { return code_systems_; }
  // What the sets call codes of systems that are not here.
  const ListedNames& listed_names() const { return listed_names_; }

  // As the index of the binary holds it: docs/internals/index.md.
  std::string serialize() const;
  // The text must live as long as what is made of it.
  static ValueSets deserialize(std::string_view text);

 private:
  const SetLines* find(std::string_view url) const;
  void keep(std::string_view& text);

  CodeSystems code_systems_;
  ListedNames listed_names_;
  Compositions compositions_;  // since the last finish()
  std::unordered_map<std::string, SetLines, TextHash, std::equal_to<>> sets_;
  std::vector<std::shared_ptr<const std::string>> texts_;
};

}  // namespace paraneo::terminology
