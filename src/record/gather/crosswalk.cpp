#include "record/gather/crosswalk.h"

namespace paraneo::record {
namespace {

// Neither a sender's name nor a URL has a blank.
std::string key_of(std::string_view source, std::string_view id) {
  return std::string(source) + " " + std::string(id);
}

}  // namespace

const Crosswalk::Row* Crosswalk::add(Row row) {
  const auto [place, is_new] = by_patient_.try_emplace(key_of(row.source, row.id), rows_.size());
  if (!is_new) return rows_[place->second].person == row.person ? nullptr : &rows_[place->second];
  by_person_[row.person].push_back(rows_.size());
  rows_.push_back(std::move(row));
  return nullptr;
}

const Crosswalk::Row* Crosswalk::find(std::string_view source, std::string_view id) const {
  const auto found = by_patient_.find(key_of(source, id));
  return found == by_patient_.end() ? nullptr : &rows_[found->second];
}

std::vector<const Crosswalk::Row*> Crosswalk::rows_of(std::string_view person) const {
  std::vector<const Row*> rows;
  if (const auto found = by_person_.find(person); found != by_person_.end())
    for (const auto each : found->second) rows.push_back(&rows_[each]);
  return rows;
}

std::vector<std::string> Crosswalk::persons() const {
  std::vector<std::string> out;
  for (const auto& [person, rows] : by_person_) out.push_back(person);
  return out;
}

Crosswalk Crosswalk::with(const Pseudonyms& pseudonyms) const {
  if (!pseudonyms) return *this;
  Crosswalk out;
  for (auto row : rows_) {
    row.id = row.is_identifier() ? pseudonyms.identifier(row.id) : pseudonyms.id("Patient", row.id);
    out.add(std::move(row));
  }
  return out;
}

}  // namespace paraneo::record
