#include "sync/change_reading.h"

#include "sync/content.h"

namespace paraneo::sync {
namespace {

using store::RecordState;

// What is refused without a name of its own goes by its place.
const std::string& name_or_place(const FeedChange& change, const Made& made) {
  return made.record.empty() ? change.place : made.record;
}

}  // namespace

FeedChange change_of(store::Held held) {
  return {Source{std::move(held.name), std::move(held.text)}, std::move(held.place), held.gone,
          std::move(held.record)};
}

std::string ChangeReading::hash_of(const FeedChange& change) const {
  return sync::hash_of(options_.fingerprint + "\n" + change.text.text);
}

Result<std::optional<store::RecordRow>> ChangeReading::as_it_was(const FeedChange& change,
                                                                 const std::string& hash) const {
  if (change.gone || !change.held.empty()) return std::optional<store::RecordRow>();
  auto row = ledger_.record_with_content(options_.source, hash);
  if (row && *row && (is_gone((*row)->state) || (*row)->place != change.place)) row->reset();
  return row;
}

Result<std::set<std::string>> ChangeReading::records_of(const FeedChange& change,
                                                        const Made& made) const {
  const auto names = ledger_.records_at(options_.source, change.place);
  if (!names) return names.error();
  std::set<std::string> records(names->begin(), names->end());
  if (!made.record.empty()) records.insert(made.record);
  return records;
}

RecordUpdate ChangeReading::refusal(const FeedChange& change, const std::string& hash,
                                    const Made& made) const {
  return {made.record,
          options_.source,
          change.place,
          hash,
          RecordState::dead,
          {},
          *made.refusal + " (message " + change.text.name + ")",
          held_of(change, name_or_place(change, made))};
}

Result<RecordUpdate> ChangeReading::sending(const FeedChange& change, const std::string& hash,
                                            const Made& made) const {
  const auto rows = ledger_.resources(made.record);
  if (!rows) return rows.error();
  RecordUpdate update{made.record,
                      options_.source,
                      change.place,
                      hash,
                      RecordState::active,
                      {},
                      {},
                      held_of(change, made.record)};
  update.operations = difference(made.entries, *rows, options_.retraction);
  return update;
}

Result<std::optional<RecordUpdate>> ChangeReading::retraction(const FeedChange& change,
                                                              const std::string& record) const {
  const auto row = ledger_.record(record);
  if (!row) return row.error();
  if (!*row || is_gone((*row)->state)) return std::optional<RecordUpdate>();
  const auto rows = ledger_.resources(record);
  if (!rows) return rows.error();
  auto update = vanished_update(**row, *rows, options_.retraction);
  update.held = held_of(change, record);
  return std::optional(std::move(update));
}

store::Held ChangeReading::held_of(const FeedChange& change, const std::string& record) const {
  return {record, options_.source, change.place, change.text.name, change.text.text, change.gone};
}

}  // namespace paraneo::sync
