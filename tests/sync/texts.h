// A source of texts in memory, and a ledger that learns of it as in a run.
#pragma once

#include "store/sqlite_ledger.h"
#include "updates.h"

namespace paraneo::sync {

using store::RecordState;
using store::ResourceState;

// Texts are "NAME VALUE"; "! ..." cannot be read, "NAME !" is refused.
class Texts final : public RecordSource {
 public:
  std::vector<std::string> texts;
  std::vector<std::string> empty;
  bool one_record_a_place = false;
  bool place_is_one_records() const override { return one_record_a_place; }
  std::vector<std::string> empty_folders() const override { return empty; }
  Result<std::unique_ptr<Source>> next() override {
    if (at_ == texts.size()) return std::unique_ptr<Source>();
    const auto& text = texts[at_++];
    if (text.starts_with("!"))
      return fail(ErrorCode::file_unreadable, "cannot be read", "place of " + text);
    // As lines of a file have: where a text stands, and not whose it is.
    const auto place = one_record_a_place ? "file " + text.substr(0, text.find(' ')) : "lines";
    return std::make_unique<Source>(
        Source{place, text, one_record_a_place ? 1U : static_cast<std::uint32_t>(at_)});
  }
  Result<void> rewind() override {
    at_ = 0;
    return {};
  }

 private:
  std::size_t at_ = 0;
};

inline Made make_of_text(const Source& text) {
  Made made;
  made.record = text.text.substr(0, text.text.find(' '));
  const auto value = text.text.substr(made.record.size() + 1);
  if (value == "!") {
    made.refusal = "no";
    made.record.clear();
    return made;
  }
  made.entries = {observation(made.record + "a", value), observation(made.record + "b", "")};
  return made;
}

class IntakeTest : public testing::Test {
 protected:
  std::unique_ptr<store::Ledger> ledger_ =
      store::open_sqlite_ledger(":memory:", store::LedgerUse::update).value();
  Texts source_;
  IntakeCounts counts_;
  Reading reading_;

  std::vector<RecordUpdate> all(Retraction retraction = Retraction::entered_in_error,
                                std::string fingerprint = "1", const Reading* before = nullptr) {
    EXPECT_TRUE(source_.rewind());
    Intake intake({"s", std::move(fingerprint), retraction, false, true, before}, *ledger_, source_,
                  make_of_text);
    auto updates = all_updates(intake);
    counts_ = intake.counts();
    reading_ = intake.reading();
    return updates;
  }
  std::vector<RecordUpdate> all_after(const Reading& before) {
    return all(Retraction::entered_in_error, "1", &before);
  }
  // As if the server had taken it.
  void confirm(const RecordUpdate& update, RecordState state = RecordState::active) {
    std::vector<store::Change> changes{store::RecordRow{update.record, update.source, update.place,
                                                        update.content_hash, state, 0}};
    for (const auto& operation : update.operations)
      changes.emplace_back(store::ResourceRow{operation.entry.target(), update.record,
                                              ResourceState::confirmed, operation.hash, "1", "", "",
                                              ResourceState::confirmed});
    EXPECT_TRUE(ledger_->apply(changes));
  }
  void send(const std::vector<std::string>& texts) {
    source_.texts = texts;
    for (const auto& update : all()) confirm(update);
  }
};

}  // namespace paraneo::sync
