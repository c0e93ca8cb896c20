// What the resources of a patient refer to and what did not come with them: a search by patient
// brings a MedicationStatement and not the Medication that it names.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace paraneo::fetch {

inline constexpr std::size_t kReferencesMax = 1'000'000;  // held

// Not thread-safe. Holds the name of each target once.
class References {
 public:
  // `base`: of the server; absolute references below it are its own. `types`: to be followed beside
  // those that a patient's data does not make sense without (Medication, Specimen, Substance,
  // BodyStructure).
  References(std::string base, const std::vector<std::string>& types);

  // All references of a resource.
  void take(const json::Value& resource);
  // It is in the result, or cannot be fetched.
  void settle(const std::string& target);
  // One that is to be fetched (Type/id); empty when there is none.
  std::string next_to_follow();
  // Those of other types that were not settled: how many of each.
  std::map<std::string, std::size_t> left() const;
  // How many lead to other servers.
  std::size_t foreign() const { return foreign_.size(); }

 private:
  bool is_followed(std::string_view target) const;
  void add(std::string_view reference);

  std::string base_;
  std::set<std::string, std::less<>> types_;
  std::set<std::string> settled_;
  std::set<std::string> to_follow_;
  std::set<std::string> others_;
  std::set<std::string> foreign_;
};

}  // namespace paraneo::fetch
