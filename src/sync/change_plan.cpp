#include "sync/change_plan.h"

#include <algorithm>

namespace paraneo::sync {

ChangePlan::ChangePlan(IntakeOptions options, store::Ledger& ledger, Make make, Name name)
    : options_(std::move(options)), make_(std::move(make)), name_(std::move(name)),
      reading_(options_, ledger, make_) {}

void ChangePlan::note(const FeedChange& change) {
  const auto record = change.gone ? std::string() : name_(change.text);
  last_at_[digest_of(change.place)] = {digest_of(change.text.name),
                                       record.empty() ? Digest() : digest_of(record), ++noted_};
}

Result<std::vector<RecordUpdate>> ChangePlan::compare(const FeedChange& change) {
  if (!std::exchange(compares_, true)) find_what_is_said();
  const auto found = last_at_.find(digest_of(change.place));
  if (found == last_at_.end() || found->second.change != digest_of(change.text.name))
    return std::vector<RecordUpdate>();
  const auto last = found->second;
  last_at_.erase(found);
  const auto* said = find_said(last.record);
  return updates_of(change, said == nullptr || said->number == last.number);
}

// Several places may speak of one record, as messages without a key do.
void ChangePlan::find_what_is_said() {
  said_.reserve(last_at_.size());
  for (const auto& [place, last] : last_at_)
    if (last.record != Digest()) said_.push_back({last.record, last.number});
  std::sort(said_.begin(), said_.end(), [](const Said& a, const Said& b) {
    return a.record != b.record ? a.record < b.record : a.number > b.number;
  });
  said_.erase(std::unique(said_.begin(), said_.end(),
                          [](const Said& a, const Said& b) { return a.record == b.record; }),
              said_.end());
}

const ChangePlan::Said* ChangePlan::find_said(const Digest& record) const {
  const auto found = std::lower_bound(said_.begin(), said_.end(), record,
                                      [](const Said& a, const Digest& b) { return a.record < b; });
  return found == said_.end() || found->record != record ? nullptr : &*found;
}

Result<std::vector<RecordUpdate>> ChangePlan::updates_of(const FeedChange& change, bool is_last) {
  std::vector<RecordUpdate> updates;
  const auto hash = reading_.hash_of(change);
  const auto same = reading_.as_it_was(change, hash);
  if (!same) return same.error();
  if (*same) {
    if (is_last) count_unchanged(**same, counts_);
    return updates;
  }
  const auto made = reading_.make(change);
  if (made.refusal) {
    if (!is_last) return updates;
    ++counts_.records;
    ++counts_.refused;
    updates.push_back(reading_.refusal(change, hash, made));
    return updates;
  }
  const auto records = reading_.records_of(change, made);
  if (!records) return records.error();
  // What was held as gone, and has been said anew by another place.
  if (change.gone && !change.held.empty() && !records->contains(change.held)) return updates;
  ++counts_.records;
  for (const auto& record : *records) {
    if (record == made.record || find_said(digest_of(record)) != nullptr) continue;
    auto update = reading_.retraction(change, record);
    if (!update) return update.error();
    if (!*update) continue;
    ++counts_.vanished;
    updates.push_back(std::move(**update));
  }
  if (change.gone || !is_last) return updates;
  auto update = reading_.sending(change, hash, made);
  if (!update) return update.error();
  ++counts_.changed;
  updates.push_back(std::move(*update));
  return updates;
}

}  // namespace paraneo::sync
