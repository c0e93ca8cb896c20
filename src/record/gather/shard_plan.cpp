#include "record/gather/shard_plan.h"

#include <algorithm>
#include <numeric>

#include "base/digest.h"
#include "record/fact_types.h"
#include "record/gather/literal_reference.h"
#include "record/gather/persons.h"

namespace paraneo::record {
namespace {

std::uint64_t hash_of(std::string_view text) { return digest_of(text).low; }

// A name in a sender's files, whatever server it is on.
std::string weak_name(std::string_view base, std::string_view type, std::string_view id) {
  return std::string(sender_part(base)) + name_of(type, id);
}

std::string own_name(const ChartEntry& entry) {
  return entry.id.empty() ? entry.any_reference() : weak_name(entry.base, entry.type, entry.id);
}

std::uint32_t hash_of_base(std::string_view base) {
  const auto server = without_sender(base);
  return server.empty() ? 0 : static_cast<std::uint32_t>(hash_of(server)) | 1U;
}

std::string name_of_identifier(const ChartEntry& from, std::string_view identifier) {
  return from.in_sender("identifier " + std::string(identifier));
}

}  // namespace

struct ShardPlan::Group {
  std::uint64_t name = 0;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> owners;  // base, patient
  std::vector<std::uint32_t> if_asked;                          // patients
  bool has_lent = false;
  std::uint32_t first_member = kNobody;
};

// Sender and Type/id, without a server; else what it is called in the sender's files.
ShardPlan::Target ShardPlan::target_of(const ChartEntry& from, std::string_view reference,
                                       const InBundle& in_bundle) const {
  if (const auto* there = in_bundle(from.scope, reference)) return {own_name(*there), true};
  if (const auto identifier = patient_identifier_in(reference); !identifier.empty())
    return {name_of_identifier(from, identifier), false};
  const auto parts = literal_parts(reference);
  if (parts.type.empty()) return {from.in_sender(without_history(reference)), false};
  return {weak_name(senders_.resolve(from.base, parts.base), parts.type, parts.id), true};
}

std::uint32_t ShardPlan::base_of(const ChartEntry& from, std::string_view reference) const {
  return hash_of_base(senders_.resolve(from.base, literal_parts(reference).base));
}

std::uint32_t ShardPlan::node_of(std::string_view name, std::string_view place, Rank rank) {
  const auto [at, is_new] =
      nodes_.try_emplace(hash_of(name), static_cast<std::uint32_t>(patients_.size()));
  if (is_new) {
    patients_.push_back({at->second, rank, 0, std::string(place)});
    return at->second;
  }
  auto& node = patients_[at->second];
  if (rank > node.rank || (rank == node.rank && place < node.place)) {
    node.rank = rank;
    node.place = place;
  }
  return at->second;
}

// A patient by a name, and the person who that is by the crosswalk.
std::uint32_t ShardPlan::patient_node(const std::string& name, std::string_view place, Rank rank) {
  const auto node = node_of(name, place, rank);
  if (crosswalk_.empty()) return node;
  const auto parts = literal_parts(place);
  if (parts.type != "Patient") return node;
  if (const auto* row = crosswalk_.find(source_of_reference(place), parts.id)) {
    const auto person = Persons::reference_of(row->person);
    unite(node, node_of(person, person, Rank::person));
  }
  return node;
}

std::uint32_t ShardPlan::root_of(std::uint32_t node) {
  while (patients_[node].parent != node) {
    patients_[node].parent = patients_[patients_[node].parent].parent;
    node = patients_[node].parent;
  }
  return node;
}

void ShardPlan::unite(std::uint32_t one, std::uint32_t other) {
  const auto a = root_of(one);
  const auto b = root_of(other);
  if (a != b) patients_[std::max(a, b)].parent = std::min(a, b);
}

// Whoever the entry may belong to: all of them are kept together.
std::uint32_t ShardPlan::patient_of(const ChartEntry& entry, const EntryLinks& links,
                                    const InBundle& in_bundle) {
  auto patient = kNobody;
  const auto belongs = [&](std::uint32_t node) {
    if (patient == kNobody) patient = node;
    else unite(patient, node);
  };
  const auto refers = [&](std::string_view reference) {
    const auto target = target_of(entry, reference, in_bundle);
    const auto* there = in_bundle(entry.scope, reference);
    const auto parts = target.is_own ? literal_parts(reference) : LiteralParts{};
    if (there == nullptr ? !parts.type.empty() && parts.type != "Patient"
                         : there->type != "Patient")
      return;
    const auto place = there != nullptr     ? there->reference()
                       : parts.type.empty() ? target.name
                                            : senders_.resolve(entry.base, parts.base) +
                                                  name_of(parts.type, parts.id);
    belongs(patient_node(target.name, place, Rank::mentioned));
  };
  if (entry.type == "Patient") {
    const auto reference = entry.any_reference();
    belongs(patient_node(own_name(entry), reference, Rank::came));
    if (!links.replaced_by.empty()) refers(links.replaced_by);
    for (const auto& replaced : links.replaces) refers(replaced);
    for (const auto& identifier : links.own)
      if (const auto* row = crosswalk_.find(source_of_reference(reference), identifier)) {
        const auto person = Persons::reference_of(row->person);
        belongs(node_of(person, person, Rank::person));
      }
    return patient;
  }
  for (const auto& reference : links.references) {
    if (reference.starts_with('#'))
      belongs(
          patient_node(own_name(entry) + reference, own_name(entry) + reference, Rank::mentioned));
    else refers(reference);
  }
  for (const auto& identifier : links.identifiers) {
    const auto name = name_of_identifier(entry, identifier);
    belongs(node_of(name, name, Rank::mentioned));
  }
  return patient;
}

Result<ShardPlan::Home> ShardPlan::add(const ChartEntry& entry, const EntryLinks& links,
                                       const InBundle& in_bundle, std::size_t bytes) {
  const auto name = own_name(entry);
  const Home home{patient_of(entry, links, in_bundle), hash_of(name)};
  bytes_ += bytes;
  if (home.patient == kNobody) bytes_of_nobodys_ += bytes;
  else patients_[home.patient].bytes += bytes;
  const auto use =
      home.patient == kNobody && is_fact_type(entry.type) ? Use::lent_owner : Use::owner;
  std::vector<Row> rows{{home.name, use, hash_of_base(entry.base), home.patient}};
  if (entry.id.empty() && !entry.full_url.empty()) {
    const auto by_url = hash_of(entry.in_sender(entry.full_url));
    if (by_url != home.name) rows.push_back({by_url, Use::owner_if_asked, 0, home.patient});
    if (by_url != home.name && home.patient == kNobody) of_nobodys_.emplace_back(by_url, home.name);
  }
  for (const auto& identifier : links.own)
    if (!identifier.empty())
      rows.push_back(
          {hash_of(name_of_identifier(entry, identifier)), Use::owner_if_asked, 0, home.patient});
  // Whose facts name the patient in such a way.
  for (const auto& identifier : links.identifiers)
    rows.push_back(
        {hash_of(name_of_identifier(entry, identifier)), Use::reference, 0, home.patient});
  for (const auto& row : rows)
    if (const auto added = rows_.add(row); !added) return added.error();
  if (const auto added = add_references(entry, links, home, in_bundle); !added)
    return added.error();
  return home;
}

Result<void> ShardPlan::add_references(const ChartEntry& entry, const EntryLinks& links,
                                       const Home& home, const InBundle& in_bundle) {
  std::vector<Row> rows;
  const auto note = [&](std::string_view reference, Use use) {
    if (reference.starts_with('#')) return;
    const auto target = target_of(entry, reference, in_bundle);
    const auto name = hash_of(target.name);
    if (home.patient == kNobody) {
      of_nobodys_.emplace_back(home.name, name);
      return;
    }
    const auto own = nodes_.find(name);
    const auto is_subject = target.is_own && own != nodes_.end() && own->second == home.patient;
    if (!is_subject) rows.push_back({name, use, base_of(entry, reference), home.patient});
  };
  for (const auto& reference : links.others) note(reference, Use::reference);
  for (const auto& reference : links.members) note(reference, Use::member);
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  for (const auto& row : rows)
    if (const auto added = rows_.add(row); !added) return added;
  return {};
}

Result<void> ShardPlan::add_known(const std::string& reference, const std::string& patient) {
  const auto name_in = [](const std::string& text) {
    const auto parts = literal_parts(text);
    return parts.type.empty() || !Persons::person_in(text).empty()
               ? text
               : weak_name(parts.base, parts.type, parts.id);
  };
  const auto node = patient_node(name_in(patient), patient, Rank::mentioned);
  if (literal_parts(reference).type != "Patient")
    return rows_.add({hash_of(name_in(reference)), Use::owner,
                      hash_of_base(literal_parts(reference).base), node});
  unite(node, patient_node(name_in(reference), reference, Rank::mentioned));
  return {};
}

void ShardPlan::unite_by(Group& group, const Row& row) {
  if (row.name != group.name) {
    group = {};
    group.name = row.name;
  }
  const auto may_be = [](std::uint32_t one, std::uint32_t other) {
    return one == other || one == 0 || other == 0;
  };
  switch (row.use) {
    case Use::owner: {
      if (row.patient == kNobody) return;
      const auto same = std::find_if(group.owners.begin(), group.owners.end(),
                                     [&](const auto& owner) { return owner.first == row.base; });
      if (same != group.owners.end()) unite(same->second, row.patient);
      else group.owners.emplace_back(row.base, row.patient);
      return;
    }
    case Use::lent_owner: group.has_lent = true; return;
    case Use::owner_if_asked:
      if (row.patient != kNobody) group.if_asked.push_back(row.patient);
      return;
    case Use::member:
      if (!group.has_lent) return;
      if (group.first_member == kNobody) group.first_member = row.patient;
      unite(group.first_member, row.patient);
      return;
    case Use::reference:
      for (const auto& [base, patient] : group.owners)
        if (may_be(base, row.base)) unite(patient, row.patient);
      for (const auto patient : group.if_asked) unite(patient, row.patient);
      group.if_asked.resize(std::min<std::size_t>(group.if_asked.size(), 1));
      return;
  }
}

Result<void> ShardPlan::decide(std::size_t shard_bytes_max, std::size_t shards_max) {
  Group group;
  if (const auto read = rows_.each([&](const Row& row) { unite_by(group, row); }); !read)
    return read;
  // Of two shards in a row at least one half is full.
  assign_shards(std::max<std::size_t>(shard_bytes_max, 2 * bytes_ / shards_max + 1));
  if (const auto placed = place_nobodys(); !placed) return placed;
  follow_nobodys();
  return {};
}

void ShardPlan::assign_shards(std::size_t shard_bytes_max) {
  for (std::uint32_t i = 0; i < patients_.size(); ++i) {
    const auto root = root_of(i);
    if (root == i) continue;
    auto& from = patients_[i];
    auto& to = patients_[root];
    to.bytes += from.bytes;
    if (from.rank > to.rank || (from.rank == to.rank && from.place < to.place)) {
      to.rank = from.rank;
      to.place = std::move(from.place);
    }
  }
  std::vector<std::uint32_t> roots;
  for (std::uint32_t i = 0; i < patients_.size(); ++i)
    if (patients_[i].parent == i) roots.push_back(i);
  std::sort(roots.begin(), roots.end(), [&](std::uint32_t a, std::uint32_t b) {
    return patients_[a].place < patients_[b].place;
  });
  shards_.assign(patients_.size(), 0);
  std::uint64_t bytes = 0;
  for (const auto root : roots) {
    if (bytes > 0 && bytes + patients_[root].bytes > shard_bytes_max) {
      ++patient_shards_;
      bytes = 0;
    }
    bytes += patients_[root].bytes;
    shards_[root] = static_cast<std::uint32_t>(patient_shards_);
  }
  patient_count_ = roots.size();
  patient_shards_ += roots.empty() ? 0 : 1;
  for (std::uint32_t i = 0; i < patients_.size(); ++i) shards_[i] = shards_[root_of(i)];
  others_.resize(static_cast<std::size_t>(bytes_of_nobodys_ / shard_bytes_max) + 1);
  std::iota(others_.begin(), others_.end(), static_cast<std::uint32_t>(patient_shards_));
  shard_count_ = patient_shards_ + others_.size();
}

// By name: the shards of all who refer to it, and of its other versions.
Result<void> ShardPlan::place_nobodys() {
  std::uint64_t name = 0;
  bool has_nobodys = false;
  std::vector<std::uint32_t> shards;
  const auto finish = [&] {
    std::sort(shards.begin(), shards.end());
    shards.erase(std::unique(shards.begin(), shards.end()), shards.end());
    if (has_nobodys && !shards.empty()) nobodys_.emplace(name, shards);
    shards.clear();
    has_nobodys = false;
  };
  const auto read = rows_.each([&](const Row& row) {
    if (row.name != name) finish();
    name = row.name;
    if (row.patient == kNobody) has_nobodys = true;
    else if (shards.empty() || shards.back() != shards_[row.patient])
      shards.push_back(shards_[row.patient]);
  });
  finish();
  return read;
}

// What a resource that is nobody's refers to goes where it goes; who is referred to by a patient's
// own is spoken for there.
void ShardPlan::follow_nobodys() {
  std::sort(of_nobodys_.begin(), of_nobodys_.end());
  of_nobodys_.erase(std::unique(of_nobodys_.begin(), of_nobodys_.end()), of_nobodys_.end());
  std::vector<std::uint64_t> open;
  for (const auto& [name, shards] : nobodys_) open.push_back(name);
  std::sort(open.begin(), open.end());
  while (!open.empty()) {
    const auto from = open.back();
    open.pop_back();
    const auto first =
        std::lower_bound(of_nobodys_.begin(), of_nobodys_.end(), std::pair(from, std::uint64_t{0}));
    for (auto at = first; at != of_nobodys_.end() && at->first == from; ++at) {
      const auto& shards = nobodys_.at(from);
      auto& there = nobodys_[at->second];
      const auto before = there.size();
      for (const auto shard : std::vector<std::uint32_t>(shards))
        if (std::find(there.begin(), there.end(), shard) == there.end()) there.push_back(shard);
      if (there.size() > before) open.push_back(at->second);
    }
  }
}

std::span<const std::uint32_t> ShardPlan::shards_of(const Home& home) const {
  if (home.patient != kNobody) return {&shards_[home.patient], 1};
  if (const auto found = nobodys_.find(home.name); found != nobodys_.end()) return found->second;
  return {&others_[home.name % others_.size()], 1};
}

}  // namespace paraneo::record
