// Filters of value sets (FHIR R4 ValueSet.compose.include.filter) over the codes of a system.
// Internal to this folder.
#pragma once

#include <optional>
#include <string_view>

#include "terminology/code_system.h"

namespace paraneo::terminology {

// Of one listing; finds what stands below and above a code.
class FilteredSystem {
 public:
  explicit FilteredSystem(CodeSystems::Listing listing);

  const std::vector<Concept>& concepts() const { return listing_.concepts; }
  // Whether the system says that the code is not in use (any more): by its property inactive, or
  // the status retired (FHIR R4 CodeSystem, 4.8.11 "Concept properties").
  bool is_inactive(std::string_view code) const;
  // Whether these are all that the system has.
  bool is_whole() const { return listing_.is_whole; }
  // By the index of the concept: whether it passes. None where the filter cannot be judged here.
  using Answers = std::vector<bool>;
  std::optional<Answers> passing(std::string_view property, std::string_view op,
                                 std::string_view value) const;

 private:
  std::optional<std::size_t> index_of(std::string_view code) const;
  // Itself, and what stands below it or above it.
  std::vector<bool> reach(std::size_t from,
                          const std::vector<std::vector<std::size_t>>& links) const;
  std::optional<Answers> by_place(std::string_view op, std::string_view code) const;
  bool knows_property(std::string_view name) const;
  std::vector<std::string_view> values(std::size_t index, std::string_view property) const;

  CodeSystems::Listing listing_;
  std::vector<std::vector<std::size_t>> below_, above_;
};

}  // namespace paraneo::terminology
