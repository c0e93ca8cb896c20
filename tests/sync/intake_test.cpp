#include "sync/intake.h"

#include "texts.h"

namespace paraneo::sync {
namespace {

TEST_F(IntakeTest, OnlyWhatChangedIsWork) {
  send({"r1 x", "r2 y"});
  EXPECT_TRUE(all().empty());
  EXPECT_EQ(counts_.untouched, 2U);
  source_.texts = {"r1 x", "r2 z"};
  const auto updates = all();
  ASSERT_EQ(updates.size(), 1U);
  ASSERT_EQ(updates[0].operations.size(), 1U);
  EXPECT_EQ(updates[0].operations[0].entry.target(), "Observation/r2a");
  EXPECT_EQ(updates[0].operations[0].known.version, "1");
}

TEST_F(IntakeTest, WithOtherMapsAllIsMadeAgainAndCompared) {
  send({"r1 x"});
  const auto updates = all(Retraction::entered_in_error, "2");
  ASSERT_EQ(updates.size(), 1U);
  EXPECT_TRUE(updates[0].operations.empty());
}

TEST_F(IntakeTest, WhatVanishedIsRetractedByPolicy) {
  send({"r1 x", "r2 y"});
  source_.texts = {"r1 x"};
  const auto marked = all();
  ASSERT_EQ(marked.size(), 1U);
  EXPECT_EQ(marked[0].record, "r2");
  EXPECT_EQ(marked[0].after, RecordState::retracted);
  EXPECT_EQ(marked[0].operations.at(0).effect, Effect::retract);
  EXPECT_EQ(all(Retraction::remove).at(0).operations.at(1).effect, Effect::remove);
  const auto kept = all(Retraction::keep);
  EXPECT_EQ(kept.at(0).operations.at(0).effect, Effect::keep);
  EXPECT_EQ(kept.at(0).after, RecordState::kept);
}

TEST_F(IntakeTest, ATextThatCannotBeReadCanBeAnyOfThoseThatAreMissing) {
  send({"r1 x", "r2 y", "r3 z"});
  // A line is gone, so the lines have moved: where r2 cannot be read, another one stood before.
  source_.texts = {"r2 !", "r3 z"};
  const auto updates = all();
  ASSERT_EQ(updates.size(), 1U);
  EXPECT_TRUE(updates[0].refusal);
  EXPECT_TRUE(counts_.incomplete);
  EXPECT_EQ(counts_.vanished, 0U);
}

TEST_F(IntakeTest, OnlyWhatWasGoneInTheReadingBeforeIsRetracted) {
  send({"r1 x", "r2 y", "r3 z"});
  source_.texts = {"r1 x", "r2 y"};
  all();
  const auto before = reading_;
  EXPECT_TRUE(before.vanished.contains("r3"));
  // The source is written anew between the readings.
  source_.texts = {"r1 x"};
  const auto updates = all_after(before);
  ASSERT_EQ(updates.size(), 1U);
  EXPECT_EQ(updates[0].record, "r3");
  EXPECT_EQ(counts_.vanished, 1U);
  EXPECT_EQ(counts_.vanished_late, 1U);
  EXPECT_TRUE(moved_on(counts_, 0.2));
  EXPECT_FALSE(moved_on(counts_, 0.5));
}

TEST_F(IntakeTest, AllTextsOfOneRecordAreRefusedWhicheverComesFirst) {
  send({"r1 x", "r2 y"});
  for (const auto& texts :
       {std::vector<std::string>{"r1 other", "r1 x", "r2 y"}, {"r1 x", "r2 y", "r1 other"}}) {
    source_.texts = texts;
    all();
    EXPECT_TRUE(reading_.doubled.contains("r1"));
    const auto before = reading_;
    const auto updates = all_after(before);
    ASSERT_EQ(updates.size(), 2U);
    for (const auto& update : updates) {
      EXPECT_TRUE(update.refusal);
      EXPECT_TRUE(update.record.empty()) << "the record keeps its state";
    }
    EXPECT_FALSE(counts_.incomplete) << "it can be read, and what vanished beside it has vanished";
  }
  source_.texts = {"r1 other", "r1 x"};
  all();
  const auto before = reading_;
  const auto updates = all_after(before);
  ASSERT_EQ(updates.size(), 3U);
  EXPECT_EQ(updates[2].record, "r2");
  EXPECT_EQ(updates[2].after, RecordState::retracted);
}

TEST_F(IntakeTest, ARecordOfAnotherSourceIsNotTakenOver) {
  send({"r1 x"});
  ASSERT_TRUE(ledger_->apply({store::RenameSource{"s", "a"}}));
  source_.texts = {"r1 y"};
  auto updates = all();
  ASSERT_EQ(updates.size(), 1U);
  EXPECT_NE(updates[0].refusal.value_or("").find("another source of this ledger, a"),
            std::string::npos);
  EXPECT_TRUE(updates[0].record.empty());
  EXPECT_EQ(ledger_->record("r1").value()->source, "a");
  // Once it has vanished there, it may come from here.
  auto row = *ledger_->record("r1").value();
  row.state = RecordState::retracted;
  ASSERT_TRUE(ledger_->apply({row}));
  updates = all();
  ASSERT_EQ(updates.size(), 1U);
  EXPECT_FALSE(updates[0].refusal);
}

TEST_F(IntakeTest, WhatStoodInAFolderThatIsEmptyNowHasNotVanished) {
  source_.one_record_a_place = true;
  send({"r1 x", "r2 y"});
  source_.texts = {"r1 x"};
  source_.empty = {"file r2"};
  EXPECT_TRUE(all().empty());
  EXPECT_TRUE(counts_.incomplete);
  source_.empty = {"elsewhere/"};
  EXPECT_EQ(all().size(), 1U);
}

// Who stood there has gone: it may be anybody.
TEST_F(IntakeTest, ATextThatCannotBeReadWhereOneStoodThatHasGoneMayBeAnybody) {
  source_.one_record_a_place = true;
  send({"r1 x", "r2 y"});
  auto row = *ledger_->record("r1").value();
  row.state = RecordState::retracted;
  ASSERT_TRUE(ledger_->apply({row}));
  source_.texts = {"r1 !"};
  EXPECT_EQ(all().size(), 1U);
  EXPECT_TRUE(counts_.incomplete);
  EXPECT_EQ(counts_.vanished, 0U);
}

TEST_F(IntakeTest, ARecordThatComesInAnotherFileBetweenTheReadingsWaits) {
  send({"r1 x", "r2 y"});
  source_.texts = {"r1 z", "r2 y"};
  source_.one_record_a_place = true;  // and no lines of one file
  EXPECT_TRUE(all_after(Reading()).empty());
  EXPECT_EQ(counts_.moved_late, 1U);
  Reading seen;
  seen.moved.emplace("r1", "file r1:1");
  EXPECT_EQ(all_after(seen).size(), 1U);
}

TEST_F(IntakeTest, MoreUpdatesThanTheReadingWasJudgedForAreWithheld) {
  send({"r1 x", "r2 x", "r3 x"});
  source_.texts = {"r1 y", "r2 y", "r3 y", "r4 new"};
  Reading before;
  before.updates_max = 2;
  const auto updates = all_after(before);
  EXPECT_EQ(updates.size(), 3U) << "two updates and a new record";
  EXPECT_EQ(counts_.withheld, 1U);
  EXPECT_TRUE(moved_on(counts_, 1));
}

TEST_F(IntakeTest, WhatCannotBeReadHasNotVanished) {
  source_.one_record_a_place = true;
  send({"r1 x", "r2 y", "r3 z"});
  // r2 is refused, in its place; the ledger knows which record that was.
  source_.texts = {"r1 x", "r2 !", "r3 z"};
  auto updates = all();
  ASSERT_EQ(updates.size(), 1U);
  EXPECT_EQ(*updates[0].refusal, "no");
  EXPECT_EQ(counts_.vanished, 0U);
  EXPECT_FALSE(counts_.incomplete);
  // The record's own text in a new place, beside rubbish in its old one: no two texts of it.
  source_.texts = {"r1 x", "r2 !", "r3 z", "r2 y"};
  EXPECT_EQ(all().size(), 1U);
  // A text that nobody can name may be any of the missing ones.
  source_.texts = {"r1 x", "! y"};
  updates = all();
  ASSERT_EQ(updates.size(), 1U);
  EXPECT_TRUE(counts_.incomplete);
  EXPECT_EQ(counts_.vanished, 0U);
}

// Two files change their names, and one of them cannot be read: it is not the one that stood there.
TEST_F(IntakeTest, ATextThatCannotBeReadIsNotARecordThatIsReadElsewhere) {
  source_.one_record_a_place = true;
  send({"r1 x", "r2 y"});
  auto moved = ledger_->record("r2").value().value();
  moved.place = ledger_->record("r1").value()->place;
  ASSERT_TRUE(ledger_->apply({moved}));
  source_.texts = {"r2 y", "r1 !"};
  all();
  EXPECT_TRUE(counts_.incomplete);
  EXPECT_EQ(counts_.vanished, 0U);
}

// A file that was moved as it was: the place was still the old one when something else came there
// that nobody could read, and that was taken for the record.
TEST_F(IntakeTest, ARecordIsKnownByThePlaceWhereItWasSeenLast) {
  source_.one_record_a_place = true;
  send({"r1 x"});
  const auto place = [&] { return ledger_->record("r1").value()->place; };
  const auto seen = place();
  auto moved = ledger_->record("r1").value().value();
  moved.place = "where it was:1";
  ASSERT_TRUE(ledger_->apply({moved}));
  const auto read = [&](bool notes) {
    IntakeOptions options{"s", "1"};
    options.notes_places = notes;
    EXPECT_TRUE(source_.rewind());
    Intake intake(options, *ledger_, source_, make_of_text);
    EXPECT_TRUE(all_updates(intake).empty());
    EXPECT_EQ(intake.counts().untouched, 1U);
  };
  read(false);
  EXPECT_EQ(place(), "where it was:1") << "a plan changes nothing";
  source_.one_record_a_place = false;
  read(true);
  EXPECT_EQ(place(), "where it was:1") << "a line is nobody's place";
  source_.one_record_a_place = true;
  read(true);
  EXPECT_EQ(place(), seen);
}

TEST_F(IntakeTest, TwoTextsOfOneRecordAreRefusedNotSentInTurn) {
  source_.texts = {"r1 x", "r1 y"};
  const auto updates = all();
  ASSERT_EQ(updates.size(), 2U);
  EXPECT_FALSE(updates[0].refusal);
  EXPECT_TRUE(updates[1].refusal);
  EXPECT_TRUE(updates[1].record.empty());
}

TEST_F(IntakeTest, WhatWasRefusedWaitsUntilItChanges) {
  source_.texts = {"r1 x"};
  confirm(all().at(0), RecordState::dead);
  EXPECT_TRUE(all().empty());
  EXPECT_EQ(counts_.waiting, 1U);
  source_.texts = {"r1 y"};
  EXPECT_EQ(all().size(), 1U);
}

TEST_F(IntakeTest, WhatComesBackIsSentAgain) {
  send({"r1 x"});
  ASSERT_TRUE(ledger_->apply({store::RecordRow{"r1", "s", "p", "", RecordState::retracted, 0},
                              store::ResourceRow{"Observation/r1a", "r1", ResourceState::retracted,
                                                 "other", "2", "", "", ResourceState::confirmed}}));
  const auto updates = all();
  ASSERT_EQ(updates.size(), 1U);
  EXPECT_EQ(updates[0].operations.size(), 1U);
}

}  // namespace
}  // namespace paraneo::sync
