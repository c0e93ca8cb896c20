// A feed that says "NAME VALUE", and a ledger that learns of it as in a run. "NAME !" is refused,
// "!" alone is refused without a name.
#pragma once

#include "store/sqlite_ledger.h"
#include "sync/change_intake.h"
#include "updates.h"

namespace paraneo::sync {

inline std::string name_in_feed(const Source& text) {
  return text.text.substr(0, text.text.find_first_of(" !"));
}

inline Made make_of_feed(const Source& text) {
  Made made;
  made.record = name_in_feed(text);
  if (text.text.ends_with('!')) made.refusal = "no";
  else made.entries.push_back(observation(made.record + "a", text.text));
  return made;
}

class FeedTest : public testing::Test {
 protected:
  std::unique_ptr<store::Ledger> ledger_ =
      store::open_sqlite_ledger(":memory:", store::LedgerUse::update).value();
  IntakeCounts counts_;
  std::vector<FeedChange> deferred_;
  int messages_ = 0;

  FeedChange says(const std::string& place, const std::string& text) {
    return {Source{"message " + std::to_string(++messages_), text}, place, false, {}};
  }
  // A message without a key: nobody else has its place.
  FeedChange says(const std::string& text) {
    return says("message " + std::to_string(messages_ + 1), text);
  }
  FeedChange gone(const std::string& place) {
    return {Source{"message " + std::to_string(++messages_), {}}, place, true, {}};
  }

  std::vector<RecordUpdate> all(std::vector<FeedChange> changes) {
    ChangeIntake intake({"s", "1"}, *ledger_, std::move(changes), make_of_feed);
    auto updates = all_updates(intake);
    counts_ = intake.counts();
    deferred_ = intake.take_deferred();
    return updates;
  }
  // As a run does when the server took it.
  void confirm(const RecordUpdate& update) {
    std::vector<store::Change> changes{store::RecordRow{update.record, update.source, update.place,
                                                        update.content_hash, update.after, 0},
                                       store::RemoveHeld{update.record}};
    for (const auto& operation : update.operations)
      changes.emplace_back(
          store::ResourceRow{operation.entry.target(), update.record,
                             operation.effect == Effect::put ? store::ResourceState::confirmed
                                                             : store::ResourceState::retracted,
                             operation.hash, "1", "", "", store::ResourceState::confirmed});
    ASSERT_TRUE(ledger_->apply(changes));
  }
  void send(std::vector<FeedChange> changes) {
    for (const auto& update : all(std::move(changes))) confirm(update);
  }
  // As a run does when somebody refused it, and as `sync retry` does afterwards.
  void bury(const RecordUpdate& update) {
    const auto name = update.record.empty() ? update.place : update.record;
    std::vector<store::Change> changes{store::DeadLetter{name, "s", update.place, 0, 422, "no"},
                                       *update.held};
    if (!update.record.empty())
      changes.emplace_back(store::RecordRow{update.record, "s", update.place, update.content_hash,
                                            store::RecordState::dead, 0});
    ASSERT_TRUE(ledger_->apply(changes));
  }
  void let_go(const std::string& name) {
    std::vector<store::Change> changes{store::RemoveDeadLetter{name}};
    if (auto row = ledger_->record(name).value()) {
      row->content_hash.clear();
      row->state = store::RecordState::active;
      changes.emplace_back(*row);
    }
    ASSERT_TRUE(ledger_->apply(changes));
  }
  std::vector<FeedChange> released() {
    std::vector<FeedChange> changes;
    for (auto& each : ledger_->released("s", {}, 10).value())
      changes.push_back(change_of(std::move(each)));
    return changes;
  }
};

}  // namespace paraneo::sync
