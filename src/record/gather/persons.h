// Patients who are one person by a crosswalk. A person is named by a reference of its own, which is
// no patient's.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "record/gather/crosswalk.h"

namespace paraneo::record {

inline constexpr const char* kAnotherSpeaks =
    "Patient: another Patient of the same person says who the person is";
inline constexpr const char* kContradiction =
    "Patient: by the crosswalk it is the same person as another Patient, whose sex or birth date contradicts its own and is kept";
inline constexpr const char* kContradictionAdvice =
    "compare the two, and correct the crosswalk where they are two persons";

// Two sexes, or two dates of any precision, of which both are not one person's.
bool contradict(std::string_view one, std::string_view other);

// Not thread-safe while Patients are taken; then it may be read by many. Rows that it gives live as
// long as it does.
class Persons {
 public:
  // The crosswalk must outlive it.
  explicit Persons(const Crosswalk& crosswalk) : crosswalk_(crosswalk) {}

  // What references to the person look like in a chart.
  static std::string reference_of(std::string_view person);
  // Id of the record; empty where it is not a person's reference.
  static std::string_view person_in(std::string_view reference);

  bool empty() const { return crosswalk_.empty(); }
  // Whether a person is called so.
  bool names(std::string_view record_id) const { return !crosswalk_.rows_of(record_id).empty(); }
  const Crosswalk& crosswalk() const { return crosswalk_; }
  // A Patient that came, and its identifiers ("SYSTEM|VALUE"). False where the rows that name it
  // are of two persons.
  bool take(const std::string& reference, const std::vector<std::string>& identifiers);
  // Of a Patient's reference; null when nobody named it.
  const Crosswalk::Row* row_of(std::string_view reference) const;
  // Patients that were known by an identifier, in one order.
  std::vector<std::string> identified(std::string_view person) const;

 private:
  const Crosswalk& crosswalk_;
  std::unordered_map<std::string, const Crosswalk::Row*> by_reference_;  // of those that an
                                                                         // identifier names
  std::map<std::string, std::set<std::string>, std::less<>> identified_;
};

}  // namespace paraneo::record
