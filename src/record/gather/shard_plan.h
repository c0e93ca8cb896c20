// Which resources must be looked at together, so that what is more than memory holds can be looked
// at a part at a time: a shard has all of its patients' resources, all versions of each, and copies
// of what they refer to and is nobody's.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/external_sort.h"
#include "record/gather/chart_entry.h"
#include "record/gather/crosswalk.h"
#include "record/gather/senders.h"

namespace paraneo::record {

// Cautious, not exact: two who may have to do with each other are put together, and Charts decides.
// Costs memory for each patient and for each resource that is nobody's; what says more of the
// others lies in a spill file. Not thread-safe.
class ShardPlan {
 public:
  // Where an entry belongs, before anybody has decided where that is.
  struct Home {
    std::uint32_t patient = kNobody;
    std::uint64_t name = 0;
  };
  static constexpr std::uint32_t kNobody = ~std::uint32_t{0};
  // The entry of the Bundle that has this fullUrl; null when there is none.
  using InBundle = std::function<const ChartEntry*(std::size_t scope, std::string_view full_url)>;

  // All that it is given must outlive it. `memory_bytes`: of the rows that are sorted.
  ShardPlan(const Senders& senders, const Crosswalk& crosswalk, std::string folder,
            std::size_t memory_bytes)
      : senders_(senders), crosswalk_(crosswalk), rows_(std::move(folder), memory_bytes) {}

  // `bytes`: what the entry costs. An entry that has no name at all must have a digest.
  Result<Home> add(const ChartEntry& entry, const EntryLinks& links, const InBundle& in_bundle,
                   std::size_t bytes);
  // A resource (reference) that belongs to a patient (reference), whether it came or not. Two
  // patients are kept together.
  Result<void> add_known(const std::string& reference, const std::string& patient);

  // Call it once, after the last of these. Patients come in the order of their references, each
  // with those that it is linked to. Shards are larger than `shard_bytes_max` where there would be
  // more than `shards_max` of them.
  Result<void> decide(std::size_t shard_bytes_max, std::size_t shards_max);
  std::size_t shard_count() const { return shard_count_; }
  std::size_t patient_count() const { return patient_count_; }
  // At least one; the first one is to speak for the entry. Lives as long as this. Costs a look, and
  // no memory.
  std::span<const std::uint32_t> shards_of(const Home& home) const;

 private:
  // In this order: who has a name comes before who uses it.
  enum class Use : std::uint32_t {
    owner,           // of the name
    lent_owner,      // nobody's, and a fact of whoever has it as a member
    owner_if_asked,  // what has no id, by its fullUrl: another one may have the same
    reference,
    member,  // a reference that lends the patient
  };
  struct Row {
    std::uint64_t name;
    Use use;
    std::uint32_t base;     // 0: nobody says which
    std::uint32_t patient;  // or kNobody
    std::uint32_t unused = 0;
    auto operator<=>(const Row&) const = default;
  };
  // Of all rows of one name.
  struct Group;
  enum class Rank : std::uint8_t { mentioned, came, person };
  struct Node {
    std::uint32_t parent;
    Rank rank;  // of who gave it its place
    std::uint64_t bytes;
    std::string place;  // in the order of patients
  };

  struct Target {
    std::string name;
    bool is_own = false;  // the name by which the resource that is meant is known itself
  };

  Target target_of(const ChartEntry& from, std::string_view reference,
                   const InBundle& in_bundle) const;
  std::uint32_t base_of(const ChartEntry& from, std::string_view reference) const;
  std::uint32_t patient_of(const ChartEntry& entry, const EntryLinks& links,
                           const InBundle& in_bundle);
  std::uint32_t node_of(std::string_view name, std::string_view place, Rank rank);
  std::uint32_t patient_node(const std::string& name, std::string_view place, Rank rank);
  std::uint32_t root_of(std::uint32_t node);
  void unite(std::uint32_t one, std::uint32_t other);
  Result<void> add_references(const ChartEntry& entry, const EntryLinks& links, const Home& home,
                              const InBundle& in_bundle);
  void unite_by(Group& group, const Row& row);
  void assign_shards(std::size_t shard_bytes_max);
  Result<void> place_nobodys();
  void follow_nobodys();

  const Senders& senders_;
  const Crosswalk& crosswalk_;
  ExternalSort<Row> rows_;
  std::unordered_map<std::uint64_t, std::uint32_t> nodes_;  // patients, by name
  std::vector<Node> patients_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> of_nobodys_;  // what is nobody's refers to,
                                                                     // by names
  std::uint64_t bytes_of_nobodys_ = 0;
  std::uint64_t bytes_ = 0;
  std::vector<std::uint32_t> shards_;                                      // of each patient
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> nobodys_;  // shards of what is
                                                                           // nobody's, by name
  std::vector<std::uint32_t> others_;  // shards of what nobody refers to
  std::size_t patient_shards_ = 0;
  std::size_t shard_count_ = 0;
  std::size_t patient_count_ = 0;
};

}  // namespace paraneo::record
