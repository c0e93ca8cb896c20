#include "sync/intake.h"

#include <algorithm>
#include <utility>

#include "sync/content.h"

namespace paraneo::sync {
namespace {

using store::RecordState;

constexpr std::size_t kPlacesAtOnce = 1000;

// Another worker dealt with the record when this is another one.
std::string standing(const store::RecordRow& row) {
  return row.content_hash + " " + std::string(name_of(row.state));
}

// Of a place "path:line".
std::string_view file_of(std::string_view place) { return place.substr(0, place.rfind(':')); }

// The sets are of paths.
bool is_at_or_below(std::string_view place, const std::unordered_set<std::string>& folders) {
  if (folders.empty()) return false;
  std::string path(file_of(place));
  while (!path.empty()) {
    if (folders.contains(path)) return true;
    path.resize(path.find_last_of('/') == std::string::npos ? 0 : path.find_last_of('/'));
  }
  return false;
}

std::string place_of(const Source& text) {
  return text.name + ":" + std::to_string(text.first_line);
}

}  // namespace

void count_unchanged(const store::RecordRow& row, IntakeCounts& counts) {
  ++counts.records;
  ++(row.state == RecordState::active ? counts.untouched : counts.waiting);
}

RecordUpdate vanished_update(const store::RecordRow& row,
                             const std::vector<store::ResourceRow>& known, Retraction retraction) {
  const auto after = retraction == Retraction::keep ? RecordState::kept : RecordState::retracted;
  return {row.name, row.source, row.place, {}, after, difference({}, known, retraction), {}};
}

Intake::Intake(IntakeOptions options, store::Ledger& ledger, RecordSource& source, Make make)
    : options_(std::move(options)), ledger_(ledger), source_(source), make_(std::move(make)) {}

Result<std::optional<RecordUpdate>> Intake::next() {
  if (!begun_)
    if (auto ready = begin(); !ready) return ready.error();
  while (!ended_) {
    auto text = source_.next();
    if (!text) {
      const auto& error = text.error();
      return refuse(source_.place_is_one_records() ? error.where + ":1" : error.where, {},
                    Made{{}, {}, error.what});
    }
    if (*text == nullptr) {
      ended_ = true;
      if (auto kept = keep_places(); !kept) return kept.error();
      if (auto found = find_vanished(); !found) return found.error();
      break;
    }
    auto update = of_text(**text);
    if (!update || *update) return update;
  }
  return next_vanished();
}

// What another worker adds while this pass reads the source may not be in what this pass reads: it
// has not vanished. So what is known is written down before the first text is read.
Result<void> Intake::begin() {
  begun_ = true;
  if (!ledger_.shared()) return {};
  return ledger_.each_record(options_.source, [&](const store::RecordRow& row) {
    known_.emplace(row.name, standing(row));
  });
}

// Whether the record is this worker's now, and is as it was when the pass began. If it is not, what
// this pass has read may be the older text; what a dead worker left on its way is settled by the
// next run first.
Result<bool> Intake::take(const std::string& record) {
  if (!options_.claims || !ledger_.shared()) return true;
  const auto claim = store::claim_on_record(record);
  const auto ours = ledger_.claim(claim);
  if (!ours) return ours.error();
  if (*ours) {
    const auto row = ledger_.record(record);
    if (!row) return row.error();
    const auto rows = ledger_.resources(record);
    if (!rows) return rows.error();
    const auto known = known_.find(record);
    const bool same =
        *row ? known != known_.end() && known->second == standing(**row) : known == known_.end();
    if (same && std::none_of(rows->begin(), rows->end(), store::is_in_flight)) return true;
    if (auto done = ledger_.apply({store::Release{claim}}); !done) return done.error();
  }
  ++counts_.deferred;
  seen_.insert(record);
  return false;
}

bool Intake::is_doubled(const std::string& record) const {
  return options_.before != nullptr && options_.before->doubled.contains(record);
}

// Nothing when the text is as it was.
Result<std::optional<RecordUpdate>> Intake::of_text(const Source& text) {
  const auto hash = hash_of(options_.fingerprint + "\n" + text.text);
  auto row = ledger_.record_with_content(options_.source, hash);
  if (!row) return row.error();
  if (*row && !is_gone((*row)->state) && !seen_.contains((*row)->name) &&
      !is_doubled((*row)->name)) {
    if (auto noted = note_place(**row, place_of(text)); !noted) return noted.error();
    count_unchanged(**row, counts_);
    seen_.insert((*row)->name);
    return std::optional<RecordUpdate>();
  }
  ++counts_.records;
  auto made = make_(text);
  if (!made.record.empty() && (seen_.contains(made.record) || is_doubled(made.record)))
    return refuse_doubled(made.record, place_of(text));
  if (made.refusal) return refuse(place_of(text), hash, made);
  std::string owner;
  const auto foreign = is_foreign(made.record, owner);
  if (!foreign) return foreign.error();
  if (*foreign)
    return refuse(
        place_of(text), hash,
        {made.record,
         {},
         "the record belongs to another source of this ledger, " + owner +
             ": if it has moved, 'sync rename-source' says so; else give it an id of its own"});
  const auto moved = has_moved_late(made.record, place_of(text));
  if (!moved) return moved.error();
  if (*moved) {
    seen_.insert(made.record);
    ++counts_.moved_late;
    return std::optional<RecordUpdate>();
  }
  const auto ours = take(made.record);
  if (!ours) return ours.error();
  if (!*ours) return std::optional<RecordUpdate>();
  seen_.insert(made.record);
  auto rows = ledger_.resources(made.record);
  if (!rows) return rows.error();
  RecordUpdate update{made.record, options_.source, place_of(text), hash, RecordState::active, {},
                      {}};
  update.operations = difference(made.entries, *rows, options_.retraction);
  if (is_withheld(update)) {
    ++counts_.withheld;
    const auto released = ledger_.apply({store::Release{store::claim_on_record(update.record)}});
    return released ? Result<std::optional<RecordUpdate>>(std::nullopt) : released.error();
  }
  ++counts_.changed;
  return std::optional(std::move(update));
}

// A file that came since the reading before may be a second one for a record that still stands in
// another: only the next reading can tell.
Result<bool> Intake::has_moved_late(const std::string& record, const std::string& place) {
  const auto row = ledger_.record(record);
  if (!row) return row.error();
  if (!*row || is_gone((*row)->state) || file_of((*row)->place) == file_of(place)) return false;
  if (options_.before == nullptr) {
    reading_.moved.emplace(record, place);
    return false;
  }
  const auto seen = options_.before->moved.find(record);
  return seen == options_.before->moved.end() || file_of(seen->second) != file_of(place);
}

// A place says whose a text is that cannot be read: it is to be the one where the record was seen
// last.
Result<void> Intake::note_place(store::RecordRow row, const std::string& place) {
  if (!options_.notes_places || !source_.place_is_one_records() || row.place == place) return {};
  const auto claim = store::claim_on_record(row.name);
  const auto ours = ledger_.claim(claim);
  if (!ours) return ours.error();
  if (!*ours) return {};
  const auto now = ledger_.record(row.name);
  if (!now) return now.error();
  if (*now && standing(**now) == standing(row)) {
    row.place = place;
    places_.emplace_back(std::move(row));
  }
  places_.emplace_back(store::Release{claim});
  return places_.size() < kPlacesAtOnce ? Result<void>() : keep_places();
}

Result<void> Intake::keep_places() {
  return places_.empty() ? Result<void>() : ledger_.apply(std::exchange(places_, {}));
}

// More changed since the reading that was judged than it was judged for.
bool Intake::is_withheld(const RecordUpdate& update) {
  return options_.before != nullptr && is_update(update) &&
         ++updates_ > options_.before->updates_max;
}

Result<bool> Intake::is_foreign(const std::string& record, std::string& owner) {
  const auto row = ledger_.record(record);
  if (!row) return row.error();
  if (!*row || (*row)->source == options_.source || is_gone((*row)->state)) return false;
  owner = (*row)->source;
  return true;
}

// What cannot be sent has not vanished: what the server has of it stays. A text that does not even
// say which record it is can be any of them, unless its place is one record's own.
Result<std::optional<RecordUpdate>> Intake::refuse(const std::string& place,
                                                   const std::string& hash, const Made& made) {
  ++counts_.refused;
  RecordUpdate update{made.record, options_.source, place, hash, RecordState::dead,
                      {},          made.refusal};
  if (made.record.empty()) {
    const auto kept = keep_record_at(place);
    if (!kept) return kept.error();
    return std::optional(std::move(update));
  }
  std::string owner;
  const auto foreign = is_foreign(made.record, owner);
  if (!foreign) return foreign.error();
  if (*foreign) {
    update.record.clear();  // the other source's stays as it is
    return std::optional(std::move(update));
  }
  const auto ours = take(made.record);
  if (!ours) return ours.error();
  if (!*ours) return std::optional<RecordUpdate>();
  seen_.insert(made.record);
  return std::optional(std::move(update));
}

Result<void> Intake::keep_record_at(const std::string& place) {
  if (!source_.place_is_one_records()) {
    counts_.incomplete = true;
    return {};
  }
  auto names = ledger_.records_at(options_.source, place);
  if (!names) return names.error();
  // Where one stood that has gone, any other may stand now.
  bool is_known = false;
  for (auto& name : *names) {
    const auto row = ledger_.record(name);
    if (!row) return row.error();
    if (!*row || is_gone((*row)->state)) continue;
    is_known = true;
    kept_.insert(std::move(name));
  }
  counts_.incomplete = counts_.incomplete || !is_known;
  return {};
}

// All texts of one record are refused: neither what they say nor where they stand can decide. The
// record keeps its state, and is looked at again when only one of them is left.
Result<std::optional<RecordUpdate>> Intake::refuse_doubled(const std::string& record,
                                                           const std::string& place) {
  ++counts_.refused;
  reading_.doubled.insert(record);
  seen_.insert(record);
  return std::optional(RecordUpdate{
      {},
      options_.source,
      place,
      {},
      RecordState::dead,
      {},
      "another text of this source has the same record id; neither its content nor its place can decide"});
}

Result<void> Intake::find_vanished() {
  // What cannot be read is not the record that stood there before, if that one was read elsewhere:
  // it can be any other.
  if (std::any_of(kept_.begin(), kept_.end(),
                  [&](const auto& each) { return seen_.contains(each); }))
    counts_.incomplete = true;
  std::unordered_set<std::string> empty_folders;
  for (auto& folder : source_.empty_folders()) {
    while (folder.ends_with('/')) folder.pop_back();
    empty_folders.insert(std::move(folder));
  }
  auto read = ledger_.each_record(options_.source, [&](const store::RecordRow& row) {
    if (is_gone(row.state) || (ledger_.shared() && !known_.contains(row.name))) return;
    ++counts_.known;
    if (seen_.contains(row.name) || kept_.contains(row.name)) return;
    if (is_at_or_below(row.place, empty_folders)) counts_.incomplete = true;
    else if (options_.before != nullptr && !options_.before->vanished.contains(row.name))
      ++counts_.vanished_late;
    else vanished_.push_back(row);
  });
  if (counts_.incomplete || !options_.leads) {
    vanished_.clear();
    counts_.vanished_late = 0;
  }
  counts_.vanished = vanished_.size();
  if (options_.before == nullptr)
    for (const auto& row : vanished_) reading_.vanished.insert(row.name);
  std::reverse(vanished_.begin(), vanished_.end());
  return read;
}

Result<std::optional<RecordUpdate>> Intake::next_vanished() {
  while (!vanished_.empty()) {
    const auto row = std::move(vanished_.back());
    vanished_.pop_back();
    const auto ours = take(row.name);
    if (!ours) return ours.error();
    if (!*ours) continue;
    auto rows = ledger_.resources(row.name);
    if (!rows) return rows.error();
    return std::optional(vanished_update(row, *rows, options_.retraction));
  }
  return std::optional<RecordUpdate>();
}

}  // namespace paraneo::sync
