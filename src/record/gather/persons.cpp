#include "record/gather/persons.h"

#include "record/gather/literal_reference.h"
#include "record/gather/senders.h"

namespace paraneo::record {
namespace {

constexpr std::string_view kPersonBase = "person:/Patient/";

}  // namespace

bool contradict(std::string_view one, std::string_view other) {
  return !one.empty() && !other.empty() && !one.starts_with(other) && !other.starts_with(one);
}

std::string Persons::reference_of(std::string_view person) {
  return std::string(kPersonBase) + std::string(person);
}

std::string_view Persons::person_in(std::string_view reference) {
  return reference.starts_with(kPersonBase) ? reference.substr(kPersonBase.size())
                                            : std::string_view();
}

bool Persons::take(const std::string& reference, const std::vector<std::string>& identifiers) {
  const auto* known = row_of(reference);
  for (const auto& each : identifiers) {
    const auto* row = crosswalk_.find(source_of_reference(reference), each);
    if (row == nullptr) continue;
    if (known != nullptr && known->person != row->person) return false;
    if (known == nullptr) {
      by_reference_.emplace(reference, row);
      identified_[row->person].insert(reference);
    }
    known = row;
  }
  return true;
}

const Crosswalk::Row* Persons::row_of(std::string_view reference) const {
  if (crosswalk_.empty()) return nullptr;
  const auto parts = literal_parts(reference);
  if (parts.type == "Patient")
    if (const auto* row = crosswalk_.find(source_of_reference(reference), parts.id)) return row;
  const auto found = by_reference_.find(std::string(reference));
  return found == by_reference_.end() ? nullptr : found->second;
}

std::vector<std::string> Persons::identified(std::string_view person) const {
  const auto found = identified_.find(person);
  return found == identified_.end()
             ? std::vector<std::string>()
             : std::vector<std::string>(found->second.begin(), found->second.end());
}

}  // namespace paraneo::record
