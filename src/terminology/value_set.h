// Which codes a value set has (FHIR R4 ValueSet, 4.9), as far as that can be known without a
// terminology server: sets that list their codes, or take the whole of a code system that does.
//
// Building is single-threaded; a finished ValueSets is immutable and may be shared.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "json/value.h"

namespace paraneo::terminology {

class ValueSets {
 public:
  // The sets that R4's required bindings and the case record use, built into the binary.
  static const ValueSets& builtin();

  // Takes CodeSystem and ValueSet resources in any order; others are ignored. One takes the place of
  // an earlier one of the same URL; sets may refer to those that were listed before. The codes of a CodeSystem
  // that adds to another one (concept_map.h) are that one's, too. Call finish() last.
  void add(const json::Value& resource);
  void finish();

  // Whether the code is in the set; none when the set is unknown or cannot be listed. An empty
  // system stands for any, as for elements of type code.
  std::optional<bool> contains(std::string_view url, std::string_view system, std::string_view code) const;
  // Some of its codes, for a message.
  std::vector<std::string_view> some_codes(std::string_view url, std::size_t count_max) const;
  // All of UCUM (http://hl7.org/fhir/ValueSet/ucum-units) is known, though it cannot be listed.
  bool knows(std::string_view url) const;

  std::string serialize(const std::set<std::string>& urls) const;
  // The text must live as long as what is made of it.
  static ValueSets deserialize(std::string_view text);

 private:
  struct Include {
    std::string system;
    bool whole = false;  // every code of the system
    std::vector<std::string> codes;
    std::vector<std::string> value_sets;
  };
  struct Definition {
    std::vector<Include> includes;
    bool open = false;  // filters or excludes: not listable here
  };
  using Codes = std::set<std::pair<std::string, std::string>, std::less<>>;  // code, system

  // A code with its system, in the order of the codes; the texts are those of texts_ or of the flat form.
  using Entry = std::pair<std::string_view, std::string_view>;
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  using Listed = std::vector<Entry>;

  std::optional<Codes> listed(const std::string& url, int depth) const;
  Listed keep(const Codes& codes);
  const Listed* find(std::string_view url) const;

  std::map<std::string, Definition> definitions_;
  std::map<std::string, std::optional<std::vector<std::string>>> systems_;  // none: content not complete
  std::map<std::string, std::vector<std::string>> additions_;  // by the system that they are added to
  std::unordered_map<std::string, Listed, Hash, std::equal_to<>> sets_;
  std::vector<std::shared_ptr<const std::string>> texts_;
};

}  // namespace paraneo::terminology
