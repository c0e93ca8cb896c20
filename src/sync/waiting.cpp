#include "sync/waiting.h"

#include "sync/content.h"

namespace paraneo::sync {
namespace {

using store::RecordState;
using store::ResourceState;
using Conflicts = Resolution::Conflicts;

// What the ledger shall know, so that the next run writes ours over theirs, or leaves theirs.
store::Change settled(const store::Conflict& conflict, const store::ResourceRow& row, bool ours,
                      const Limits& limits) {
  auto after = row;
  after.version = conflict.version;
  after.state = ResourceState::confirmed;
  if (ours) {
    after.hash =
        conflict.theirs.empty() ? std::string() : hash_of(as_sent(conflict.theirs, limits));
    if (after.hash.empty()) return store::ForgetResource{row.target, row.record};
    return after;
  }
  const bool retraction =
      conflict.ours.empty() || entered_in_error(conflict.ours, limits) == conflict.ours;
  if (retraction) after.state = ResourceState::kept;
  after.hash = hash_of(conflict.ours);
  return after;
}

Result<std::vector<store::Change>> changes_of(store::Ledger& ledger, const std::string& record,
                                              const Waiting& waiting, const Resolution& how,
                                              const Limits& limits) {
  std::vector<store::Change> changes;
  const auto conflicts = waiting.conflicts.find(record);
  auto rows = ledger.resources(record);
  if (!rows) return rows.error();
  // What a refused record refers to may be gone from the server, while the ledger takes it for
  // there: without its version each resource of it is read by the next run.
  const bool doubts = !how.gives_up && waiting.letters.contains(record);
  for (auto& row : *rows) {
    if (doubts && row.state == ResourceState::confirmed && !row.version.empty()) {
      row.version.clear();
      changes.emplace_back(std::move(row));
      continue;
    }
    if (row.state != ResourceState::parked) continue;
    const store::Conflict* conflict = nullptr;
    if (conflicts != waiting.conflicts.end())
      for (const auto& each : conflicts->second)
        if (each.target == row.target) conflict = &each;
    if (conflict != nullptr && how.conflicts != Conflicts::as_they_are) {
      changes.push_back(settled(*conflict, row, how.conflicts == Conflicts::ours, limits));
    } else if (how.gives_up) {
      row.state = ResourceState::confirmed;
      if (row.hash.empty()) changes.emplace_back(store::ForgetResource{row.target, row.record});
      else changes.emplace_back(std::move(row));
    }
  }
  changes.emplace_back(store::RemoveConflicts{record});
  changes.emplace_back(store::RemoveDeadLetter{record});
  if (how.gives_up) changes.emplace_back(store::RemoveHeld{record});
  auto row = ledger.record(record);
  if (!row) return row.error();
  if (*row) {
    if (how.gives_up) (*row)->state = RecordState::dropped;
    else (*row)->content_hash.clear();
    if (!how.gives_up) (*row)->state = RecordState::active;
    changes.emplace_back(std::move(**row));
  }
  return changes;
}

}  // namespace

Result<Waiting> waiting_of(store::Ledger& ledger) {
  Waiting waiting;
  auto letters = ledger.letters();
  if (!letters) return letters.error();
  auto conflicts = ledger.conflicts();
  if (!conflicts) return conflicts.error();
  for (auto& letter : *letters) waiting.letters.emplace(letter.record, std::move(letter));
  for (auto& conflict : *conflicts)
    waiting.conflicts[conflict.record].push_back(std::move(conflict));
  return waiting;
}

Result<std::size_t> resolve(store::Ledger& ledger, const std::set<std::string>& records,
                            const Waiting& waiting, const Resolution& how, const Limits& limits) {
  std::size_t busy = 0;
  for (const auto& record : records) {
    const auto ours = ledger.claim(store::claim_on_record(record));
    if (!ours) return ours.error();
    if (!*ours) {
      ++busy;
      continue;
    }
    auto changes = changes_of(ledger, record, waiting, how, limits);
    if (!changes) return changes.error();
    changes->emplace_back(store::Release{store::claim_on_record(record)});
    if (const auto applied = ledger.apply(*changes); !applied) return applied.error();
  }
  return busy;
}

}  // namespace paraneo::sync
