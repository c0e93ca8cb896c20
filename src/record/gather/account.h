// What became of each input resource, and of what in it is not in the record: the report of an
// import.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "element/element.h"
#include "record/gather/chart_entry.h"
#include "record/gather/list_gaps.h"

namespace paraneo::record {

// Why a value is not in the record although nothing is wrong: it is on a written list.
inline constexpr std::string_view kNotNeededReason = "not-needed";
inline constexpr std::string_view kIdentifyingReason = "identifying";

// What became of a resource that came.
enum class Outcome : std::uint8_t {
  fact,        // a fact of the record, or its subject
  merged,      // the record's own fact was kept in its place
  context,     // went into the facts that refer to it
  superseded,  // there is a newer version, or it was deleted
  not_a_fact,  // may not be believed
  set_aside,   // breaks the record's model, or cannot be read
  no_place,    // a type that a record has no place for
  other_type,  // the same, by a written list
};

// Not thread-safe. Costs memory for each resource and for each leaf that was lost. The entries must
// outlive it.
class Account {
 public:
  // The place of a resource: its entry, and its path in the input.
  struct Place {
    const ChartEntry* entry = nullptr;
    std::string path;
    const element::Element* original = nullptr;  // as it was read; null where it is as it was
    const ListGaps* gaps = nullptr;  // of the entry, for paths behind this one; null: none
  };

  // The last word on a resource counts. `reason`: a diagnostic's code, empty for what is in order.
  void settle(const Place& place, Outcome outcome, std::string_view reason, std::string key = {});
  // The kinds of sender by whose maps it was read (sender_maps.h).
  void name_senders(const Place& place, std::vector<std::string> kinds);
  // A value that is not in the record: its path in the input, and why.
  void lose(const Place& place, std::string path, std::string_view reason);
  // Every value below the element, which is part of the resource.
  void lose_all(const definition::Definitions& definitions, const Place& place,
                const element::Element& resource, const element::Element& lost,
                std::string_view reason);

  // One JSON object a resource, one a line, in the order in which they were named first.
  std::string lines(const std::string& record) const;
  // Nothing of it is in a record after all.
  void refuse_all(std::string_view reason);

 private:
  struct Line {
    Place place;
    Outcome outcome = Outcome::set_aside;
    std::string key;
    std::string reason;
    std::vector<std::string> senders;
    std::vector<std::pair<std::string, std::string>> lost;  // path and reason
  };
  Line& line(const Place& place);

  std::deque<Line> lines_;
  std::map<std::pair<const ChartEntry*, std::string>, Line*> by_place_;
};

// Where an element of the resource stands in the input.
std::string path_in(const definition::Definitions& definitions, const Account::Place& place,
                    const element::Element& resource, const element::Element& element);

}  // namespace paraneo::record
