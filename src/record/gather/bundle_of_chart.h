// One patient's chart as a Bundle that a map can read: what may not be believed is left out, each
// resource has a key, and references between them are by key.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "element/element.h"
#include "record/gather/chart.h"
#include "record/gather/existing.h"
#include "terminology/concept_map.h"
#include "terminology/value_set.h"

namespace paraneo::record {

class Meanings;
class ResourceCheck;
class SenderReader;

// How many resources showed of which kind of sender they are, by its name (sender_maps.h).
using SenderCounts = std::map<std::string, std::uint64_t, std::less<>>;

struct ChartBundle {
  // One resource of the Bundle and where it comes from: offsets are in entry->text.
  struct Part {
    const ChartEntry* entry = nullptr;
    element::Element* resource = nullptr;
    std::string path;                            // of the resource in the input
    std::string contained_id;                    // of what was contained in the entry's resource
    const element::Element* original = nullptr;  // as it was read
    std::string identifier = {};  // "SYSTEM|VALUE" of its first one, which may have been left out;
                                  // empty: there is none
    const ListGaps* gaps = nullptr;  // of the entry; null where it has none

    Account::Place place() const { return {entry, path, original, gaps}; }
  };
  // A reference to what has not come; it is kept in the origin of its fact.
  struct Pending {
    const element::Element* resource = nullptr;
    std::string element;  // path in it
    std::string reference;
    std::uint32_t offset = 0;
  };
  element::Element* bundle = nullptr;
  std::vector<Part> parts;
  std::map<const ChartEntry*, ListGaps> gaps;  // of entries that have some
  std::vector<Pending> pending;
  std::vector<const element::Element*> context;  // Medications, Specimens and BodyStructures, as
                                                 // they were read
  LeftOut left_out;                              // identifiers by which everybody knows a person
  SenderCounts senders;
  // What a Medication says beside its code, which is all that a fact takes of it; a Specimen, a
  // BodyStructure.
  struct ContextLoss {
    const ChartEntry* entry = nullptr;
    const element::Element* resource = nullptr;
    const element::Element* lost = nullptr;
  };
  std::vector<ContextLoss> context_losses;
  // What a fact has of what another resource says: the element there, by the one in the Bundle.
  struct Borrowed {
    const ChartEntry* entry = nullptr;
    const element::Element* resource = nullptr;
    const element::Element* original = nullptr;
  };
  std::map<const element::Element*, Borrowed> borrowed;
  // Elements that were put there to tell the maps something, and that nobody sent.
  std::set<const element::Element*> marks;
  // Of a delta: keys of what came now, and of what its sender withdrew or deleted.
  std::set<std::string> delivered;
  std::map<std::string, const ChartEntry*> withdrawn;
  std::set<std::string> moved;  // of these, what is not this patient's any more
};

// `existing`: the record that the chart is a delta to; null when there is none. What it holds and
// the delta does not mention stands in the Bundle as it is, and is no part. `senders`: the maps of
// those who sent it. `certainties`: see certainty.h. `meanings`: see meanings.h. `check`: what is
// not valid by it is set aside; null: nobody asks. `account`: of what is left out on the way; null:
// nobody asks. Never fails: what cannot be used is reported with its place, and costs itself only.
// Lives in the arena and points into the chart.
ChartBundle bundle_of(const Charts& charts, const Chart& chart,
                      const definition::Definitions& definitions,
                      const terminology::ValueSets& value_sets, SenderReader& senders,
                      const terminology::ConceptMap* certainties, Meanings& meanings,
                      const Existing* existing, ResourceCheck* check, Account* account,
                      const Limits& limits, Arena& arena, diag::Sink& sink);

}  // namespace paraneo::record
