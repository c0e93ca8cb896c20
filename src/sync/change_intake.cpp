#include "sync/change_intake.h"

#include <algorithm>
#include <unordered_map>

namespace paraneo::sync {

std::vector<FeedChange> last_of_each(std::vector<FeedChange> changes) {
  std::unordered_map<std::string, std::size_t> last;
  for (std::size_t i = 0; i < changes.size(); ++i) last[changes[i].place] = i;
  std::vector<FeedChange> kept;
  for (std::size_t i = 0; i < changes.size(); ++i)
    if (last[changes[i].place] == i) kept.push_back(std::move(changes[i]));
  return kept;
}

ChangeIntake::ChangeIntake(IntakeOptions options, store::Ledger& ledger,
                           std::vector<FeedChange> changes, Make make)
    : options_(std::move(options)), ledger_(ledger), changes_(std::move(changes)),
      make_(std::move(make)) {}

Result<std::optional<RecordUpdate>> ChangeIntake::next() {
  while (ready_.empty()) {
    if (at_ == changes_.size()) return std::optional<RecordUpdate>();
    if (auto looked = look(changes_[at_++]); !looked) return looked.error();
  }
  auto update = std::move(ready_.front());
  ready_.pop_front();
  return std::optional(std::move(update));
}

Result<void> ChangeIntake::look(FeedChange& change) {
  if (auto forgotten = forget_nameless(change); !forgotten) return forgotten;
  const auto hash = reading_.hash_of(change);
  const auto same = reading_.as_it_was(change, hash);
  if (!same) return same.error();
  if (*same && !busy_.contains((*same)->name)) {
    count_unchanged(**same, counts_);
    return {};
  }
  const auto made = reading_.make(change);
  const auto records = reading_.records_of(change, made);
  if (!records) return records.error();
  const auto ours = take(*records);
  if (!ours) return ours.error();
  busy_.insert(records->begin(), records->end());
  if (*ours) {
    const auto still = stands(change, made, *records);
    if (!still) return still.error();
    return *still ? give_out(change, hash, made, *records) : Result<void>();
  }
  ++counts_.deferred;
  deferred_.push_back(std::move(change));
  return {};
}

// All of them or none.
Result<bool> ChangeIntake::take(const std::set<std::string>& records) {
  if (std::any_of(records.begin(), records.end(),
                  [&](const auto& each) { return busy_.contains(each); }))
    return false;
  std::vector<store::Change> releases;
  for (const auto& record : records) {
    const auto ours = ledger_.claim(store::claim_on_record(record));
    if (!ours) return ours.error();
    if (*ours) releases.emplace_back(store::Release{store::claim_on_record(record)});
    const auto free = *ours ? is_free(record) : Result<bool>(false);
    if (!free) return free.error();
    if (*free) continue;
    if (!releases.empty())
      if (auto released = ledger_.apply(releases); !released) return released.error();
    return false;
  }
  return true;
}

// What a dead worker left on its way is settled by the next run first.
Result<bool> ChangeIntake::is_free(const std::string& record) {
  const auto rows = ledger_.resources(record);
  if (!rows) return rows.error();
  return std::none_of(rows->begin(), rows->end(), store::is_in_flight);
}

// Whether the ledger still holds the change, now that its records are ours: if not, a newer one was
// dealt with since. From here on it is held under the name that its outcome will have.
Result<bool> ChangeIntake::stands(FeedChange& change, const Made& made,
                                  const std::set<std::string>& records) {
  if (change.held.empty()) return true;
  const auto row = ledger_.held(change.held);
  if (!row) return row.error();
  const bool same = *row && (*row)->name == change.text.name;
  const bool pointless = change.gone && !records.contains(change.held);
  std::vector<store::Change> changes;
  if (same && !pointless) {
    const auto name = change.gone ? change.held : made.record.empty() ? change.place : made.record;
    if (name == change.held) return true;
    changes = {reading_.held_of(change, name), store::RemoveHeld{change.held}};
    change.held = name;
  } else {
    for (const auto& record : records)
      changes.emplace_back(store::Release{store::claim_on_record(record)});
    if (same) changes.emplace_back(store::RemoveHeld{change.held});
  }
  if (auto applied = ledger_.apply(changes); !applied) return applied.error();
  return same && !pointless;
}

Result<void> ChangeIntake::give_out(const FeedChange& change, const std::string& hash,
                                    const Made& made, const std::set<std::string>& records) {
  ++counts_.records;
  if (made.refusal) {
    ++counts_.refused;
    // What cannot be read has not vanished: what the server has of it stays.
    ready_.push_back(reading_.refusal(change, hash, made));
    return {};
  }
  for (const auto& record : records)
    if (record != made.record)
      if (auto done = retract(change, record); !done) return done;
  if (change.gone) return {};
  ++counts_.changed;
  auto update = reading_.sending(change, hash, made);
  if (!update) return update.error();
  ready_.push_back(std::move(*update));
  return {};
}

Result<void> ChangeIntake::retract(const FeedChange& change, const std::string& record) {
  auto update = reading_.retraction(change, record);
  if (!update) return update.error();
  if (!*update)
    return ledger_.apply(
        {store::RemoveHeld{record}, store::Release{store::claim_on_record(record)}});
  ++counts_.vanished;
  ready_.push_back(std::move(**update));
  return {};
}

// A text that had no name is no more, when another one comes to its place.
Result<void> ChangeIntake::forget_nameless(const FeedChange& change) {
  if (!change.held.empty()) return {};
  const auto row = ledger_.held(change.place);
  if (!row) return row.error();
  if (!*row || (*row)->name == change.text.name) return {};
  return ledger_.apply({store::RemoveDeadLetter{change.place}, store::RemoveHeld{change.place}});
}

}  // namespace paraneo::sync
