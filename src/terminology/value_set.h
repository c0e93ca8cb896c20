// Which codes a value set has (FHIR R4 ValueSet, 4.9), as far as that can be known without a
// terminology server: those that it lists, and those of code systems that list theirs, with its
// filters. What it takes from other systems is open: there it is not known whether a code belongs
// to it.
//
// Building is single-threaded; a finished ValueSets is immutable and may be shared.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "json/value.h"
#include "terminology/code_system.h"
#include "terminology/concept_map.h"

namespace paraneo::terminology {

class ValueSets {
 public:
  // Those of R4 and of the case record, with R4's code systems, built into the binary.
  static const ValueSets& builtin();

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
  // Whether there is such a set, and something is known about it.
  bool knows(std::string_view url) const;
  const CodeSystems& code_systems() const { return code_systems_; }

  // As the index of the binary holds it: docs/internals/index.md.
  std::string serialize() const;
  // The text must live as long as what is made of it.
  static ValueSets deserialize(std::string_view text);

 private:
  // compose.include or compose.exclude, or an expansion.
  struct Filter {
    std::string property, op, value;
  };
  struct Include {
    std::string system;
    std::vector<std::string> codes;
    std::vector<std::string> value_sets;
    std::vector<Filter> filters;
  };
  struct Definition {
    std::vector<Include> includes, excludes;
    std::vector<Include> expansion;  // where all of it is there
  };
  // A set while it is made.
  struct Members {
    std::set<std::pair<std::string, std::string>, std::less<>> codes;  // code, system
    std::set<std::string, std::less<>> open;  // systems of which there may be other codes; kAny: of
                                              // all
    std::set<std::string, std::less<>> whole;  // systems that are not here, all of whose codes are
                                               // in it
    // As contains().
    std::optional<bool> has(std::string_view system, std::string_view code) const;
  };
  struct Building;
  // A finished one.
  struct Set {
    std::string_view lines;  // code<field>number of its system<field>...
    std::vector<std::string_view> systems, open, whole;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };

  static Include read_include(const json::Value& include);
  Members members_of(const Set& set) const;
  const Members& members_of(const std::string& url, int depth, Building& building) const;
  Members make_members(const std::string& url, int depth, Building& building) const;
  Members members_of(const Include& include, int depth, Building& building) const;
  Members members_of_system(const Include& include, Building& building) const;
  static void narrow(Members& to, const Members& all, const Members& any);
  static void take_out(Members& from, const Members& what);
  std::string flat(const std::string& url, const Members& members) const;
  void take_flat(std::string_view& text);
  const Set* find(std::string_view url) const;

  CodeSystems code_systems_;
  std::map<std::string, Definition> definitions_;
  std::unordered_map<std::string, Set, Hash, std::equal_to<>> sets_;
  std::vector<std::shared_ptr<const std::string>> texts_;
};

}  // namespace paraneo::terminology
