// A ledger in memory, on a disk that crashes and fills up on command.
#pragma once

#include <algorithm>
#include <map>

#include "../store/forwarding_ledger.h"

namespace paraneo::simulation {

class MemoryLedger final : public store::Ledger {
 public:
  Result<void> apply(const std::vector<store::Change>& changes) override {
    for (const auto& change : changes) std::visit([&](const auto& each) { write(each); }, change);
    return {};
  }
  Result<std::optional<store::RecordRow>> record(const std::string& name) override {
    const auto found = records_.find(name);
    return found == records_.end() ? std::optional<store::RecordRow>()
                                   : std::optional(found->second);
  }
  Result<std::optional<store::RecordRow>> record_with_content(const std::string& source,
                                                              const std::string& hash) override {
    for (const auto& [name, row] : records_)
      if (row.source == source && row.content_hash == hash) return std::optional(row);
    return std::optional<store::RecordRow>();
  }
  Result<std::vector<std::string>> records_at(const std::string& source,
                                              const std::string& place) override {
    std::vector<std::string> names;
    for (const auto& [name, row] : records_)
      if (row.source == source && row.place == place) names.push_back(name);
    return names;
  }
  Result<void> each_record(const std::string& source,
                           const std::function<void(const store::RecordRow&)>& visit) override {
    for (const auto& [name, row] : records_)
      if (row.source == source) visit(row);
    return {};
  }
  Result<std::vector<store::ResourceRow>> resources(const std::string& record) override {
    std::vector<store::ResourceRow> rows;
    for (const auto& [target, row] : resources_)
      if (row.record == record) rows.push_back(row);
    return rows;
  }
  Result<std::vector<std::string>> records_on_the_way() override {
    std::map<std::string, bool> names;
    for (const auto& [target, row] : resources_)
      if (row.state == store::ResourceState::intended || row.state == store::ResourceState::sent)
        names[row.record] = true;
    std::vector<std::string> list;
    for (const auto& [name, yes] : names) list.push_back(name);
    return list;
  }
  Result<std::vector<store::DeadLetter>> letters() override { return values(letters_); }
  Result<std::vector<store::Conflict>> conflicts() override { return values(conflicts_); }
  Result<std::optional<store::Held>> held(const std::string& record) override {
    const auto found = held_.find(record);
    return found == held_.end() ? std::optional<store::Held>() : std::optional(found->second);
  }
  Result<std::vector<store::Held>> released(const std::string& source, const std::string& after,
                                            std::size_t rows_max) override {
    std::vector<store::Held> rows;
    for (auto row = held_.upper_bound(after); row != held_.end() && rows.size() < rows_max; ++row)
      if (row->second.source == source && !letters_.contains(row->first) &&
          std::none_of(conflicts_.begin(), conflicts_.end(),
                       [&](const auto& each) { return each.second.record == row->first; }))
        rows.push_back(row->second);
    return rows;
  }
  Result<store::Counts> counts() override {
    store::Counts counts;
    counts.resources_confirmed = resources_.size();
    return counts;
  }
  Result<std::vector<store::SourceRow>> sources() override {
    std::map<std::string, std::uint64_t> counts;
    for (const auto& [name, row] : records_)
      counts[row.source] += store::is_gone(row.state) ? 0 : 1;
    std::vector<store::SourceRow> rows;
    for (const auto& [name, count] : counts) rows.push_back({name, count});
    return rows;
  }
  Result<std::string> cursor(const std::string& name) override {
    const auto found = cursors_.find(name);
    return found == cursors_.end() ? std::string() : found->second;
  }
  Result<std::vector<store::AuditRow>> audit(std::size_t) override { return audit_; }

 private:
  template <class Map>
  static std::vector<typename Map::mapped_type> values(const Map& map) {
    std::vector<typename Map::mapped_type> list;
    for (const auto& [key, value] : map) list.push_back(value);
    return list;
  }
  void write(const store::RecordRow& row) { records_[row.name] = row; }
  void write(const store::ForgetRecord& row) { records_.erase(row.name); }
  void write(const store::ResourceRow& row) { resources_[row.target] = row; }
  void write(const store::ForgetResource& row) { resources_.erase(row.target); }
  void write(const store::DeadLetter& row) { letters_[row.record] = row; }
  void write(const store::RemoveDeadLetter& row) { letters_.erase(row.record); }
  void write(const store::Conflict& row) { conflicts_[row.target] = row; }
  void write(const store::RemoveConflicts& row) {
    std::erase_if(conflicts_, [&](const auto& each) { return each.second.record == row.record; });
  }
  void write(const store::Held& row) { held_[row.record] = row; }
  void write(const store::RemoveHeld& row) { held_.erase(row.record); }
  void write(const store::Cursor& row) { cursors_[row.name] = row.value; }
  void write(const store::AuditRow& row) { audit_.push_back(row); }
  void write(const store::PruneAudit& prune) {
    std::erase_if(audit_, [&](const auto& row) { return row.at_ms < prune.before_ms; });
  }
  void write(const store::Release&) {}
  void write(const store::RenameSource& row) {
    for (auto& [name, record] : records_)
      if (record.source == row.from) record.source = row.to;
  }

  std::map<std::string, store::RecordRow> records_;
  std::map<std::string, store::ResourceRow> resources_;
  std::map<std::string, store::DeadLetter> letters_;
  std::map<std::string, store::Conflict> conflicts_;
  std::map<std::string, store::Held> held_;
  std::map<std::string, std::string> cursors_;
  std::vector<store::AuditRow> audit_;
};

struct Crash {};

// Passes on to a ledger that lives on, and fails as a disk and a machine do.
class FaultyLedger final : public store::ForwardingLedger {
 public:
  enum class Fate { fine, crash_before, crash_after, full };
  FaultyLedger(store::Ledger& inner, std::function<Fate()> fate)
      : ForwardingLedger(inner), fate_(std::move(fate)) {}

  Result<void> apply(const std::vector<store::Change>& changes) override {
    const auto fate = fate_();
    if (fate == Fate::crash_before) throw Crash{};
    if (fate == Fate::full) return fail(ErrorCode::file_unreadable, "the disk is full");
    auto done = ForwardingLedger::apply(changes);
    if (fate == Fate::crash_after) throw Crash{};
    return done;
  }

 private:
  std::function<Fate()> fate_;
};

}  // namespace paraneo::simulation
