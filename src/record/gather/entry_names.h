// What references in a chart's entries mean: which of the entries that came, by its id, its
// fullUrl, or an identifier (FHIR R4: references 2.3, Bundle.entry.fullUrl 2.36, 3.1.0.11).
#pragma once

#include <cstddef>
#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "record/gather/chart_entry.h"
#include "record/gather/senders.h"

namespace paraneo::record {

// Not thread-safe until all are added; then it may be read by many. The senders and the entries
// must outlive it.
class EntryNames {
 public:
  static constexpr auto kNone = static_cast<std::size_t>(-1);

  explicit EntryNames(const Senders& senders) : senders_(senders) {}

  // Call it once. `references`: ChartEntry::reference() of each entry; they must outlive it, too.
  // `counts`: of each entry, whether it is neither superseded nor deleted. Those that do not count
  // have a fullUrl still.
  void add_all(const std::deque<ChartEntry>& entries, const std::deque<EntryLinks>& links,
               const std::vector<std::string>& references, const std::vector<bool>& counts);

  // ChartEntry::reference() of what a reference that stands in `from` means, or would have if it
  // came.
  std::string target_of(const ChartEntry& from, std::string_view reference) const;
  // Of the entry of that name that counts; kNone when there is none.
  std::size_t find(std::string_view reference) const;
  // The Patient of the entry's sender that has the identifier ("SYSTEM|VALUE"), as a reference;
  // empty when none, or several have it.
  std::string with_identifier(const ChartEntry& from, const std::string& identifier) const;
  // Servers that have, or are said to have, a sender's "Type/id".
  std::set<std::string> bases_of(const std::string& name_in_sender) const;

 private:
  const Senders& senders_;
  const std::deque<ChartEntry>* entries_ = nullptr;
  std::unordered_map<std::string_view, std::size_t> by_reference_;  // the one that counts
  std::unordered_map<std::string, std::size_t> by_full_url_;        // "scope fullUrl"
  std::unordered_map<std::string, std::string> by_urn_;  // a sender's fullUrl of what has no id:
                                                         // its reference; "" for several
  std::unordered_map<std::string, std::set<std::string>> bases_of_;  // of a sender's "Type/id"; of
                                                                     // entries that name no server
                                                                     // by_reference_ tells
  std::unordered_map<std::string, std::string> by_identifier_;  // of a sender's Patients: the one
                                                                // that has it; "" for several
};

}  // namespace paraneo::record
