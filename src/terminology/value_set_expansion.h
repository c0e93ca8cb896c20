// Which codes value sets have (FHIR R4 ValueSet, 4.9.7 "Value set expansion"), each found out once,
// whatever refers to it. Internal to this folder.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "terminology/code_system.h"
#include "terminology/value_set_compose.h"
#include "terminology/value_set_filter.h"
#include "terminology/value_set_members.h"

namespace paraneo::terminology {

// Not thread-safe; all that it is given outlives it. What refers to itself, and what stands more
// than kDepthMax references deep, has open codes.
class Expansion {
 public:
  static constexpr int kDepthMax = 50;
  // The members of a set that was finished before; none where there is no such set.
  using Earlier = std::function<std::optional<Members>(const std::string& url)>;

  Expansion(const Compositions& compositions, const CodeSystems& code_systems, Earlier earlier)
      : compositions_(compositions), code_systems_(code_systems), earlier_(std::move(earlier)) {}

  // Of the set with that URL, which lives as long as this.
  const Members& members_of(const std::string& url) { return members_of(url, 0); }

 private:
  const Members& members_of(const std::string& url, int depth);
  Members make(const std::string& url, int depth);
  Members members_of(const Include& include, int depth);
  Members members_of_system(const Include& include);
  // Null where the system is not here.
  const FilteredSystem* system(const std::string& url);

  const Compositions& compositions_;
  const CodeSystems& code_systems_;
  const Earlier earlier_;
  std::map<std::string, Members> made_;
  std::map<std::string, std::optional<FilteredSystem>> systems_;
};

// R4's set of all of UCUM, which is its grammar.
bool is_set_of_units(std::string_view url);

}  // namespace paraneo::terminology
