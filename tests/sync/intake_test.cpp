#include "sync/intake.h"

#include "store/sqlite_ledger.h"
#include "works.h"

namespace paraneo::sync {
namespace {

using store::RecordState;
using store::ResourceState;

// Texts are "NAME VALUE"; "! ..." cannot be read, "NAME !" is refused.
class Texts final : public RecordSource {
 public:
  std::vector<std::string> texts;
  Result<std::unique_ptr<Source>> next() override {
    if (at_ == texts.size()) return std::unique_ptr<Source>();
    const auto& text = texts[at_++];
    if (text.starts_with("!")) return fail(Fault::io, "cannot be read", "place of " + text);
    return std::make_unique<Source>(Source{"file " + text.substr(0, text.find(' ')), text, 1});
  }
  Result<void> rewind() override {
    at_ = 0;
    return {};
  }

 private:
  std::size_t at_ = 0;
};

Made make(const Source& text) {
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
  std::unique_ptr<store::Ledger> ledger_ = store::open_sqlite_ledger(":memory:", store::LedgerUse::work).value();
  Texts source_;
  IntakeCounts counts_;

  std::vector<Work> all(Retraction retraction = Retraction::entered_in_error, std::string fingerprint = "1") {
    EXPECT_TRUE(source_.rewind());
    Intake intake({"s", std::move(fingerprint), retraction}, *ledger_, source_, make);
    auto works = all_works(intake);
    counts_ = intake.counts();
    return works;
  }
  // As if the server had taken it.
  void confirm(const Work& work, RecordState state = RecordState::active) {
    std::vector<store::Change> changes{
        store::RecordRow{work.record, work.source, work.place, work.content_hash, state, 0}};
    for (const auto& want : work.wants)
      changes.emplace_back(store::ResourceRow{want.entry.target(), work.record, ResourceState::confirmed, want.hash, "1",
                                              "", "", ResourceState::confirmed});
    EXPECT_TRUE(ledger_->apply(changes));
  }
  void send(const std::vector<std::string>& texts) {
    source_.texts = texts;
    for (const auto& work : all()) confirm(work);
  }
};

TEST_F(IntakeTest, OnlyWhatChangedIsWork) {
  send({"r1 x", "r2 y"});
  EXPECT_TRUE(all().empty());
  EXPECT_EQ(counts_.untouched, 2U);
  source_.texts = {"r1 x", "r2 z"};
  const auto works = all();
  ASSERT_EQ(works.size(), 1U);
  ASSERT_EQ(works[0].wants.size(), 1U);
  EXPECT_EQ(works[0].wants[0].entry.target(), "Observation/r2a");
  EXPECT_EQ(works[0].wants[0].known.version, "1");
}

TEST_F(IntakeTest, WithOtherMapsAllIsMadeAgainAndCompared) {
  send({"r1 x"});
  const auto works = all(Retraction::entered_in_error, "2");
  ASSERT_EQ(works.size(), 1U);
  EXPECT_TRUE(works[0].wants.empty());
}

TEST_F(IntakeTest, WhatVanishedIsRetractedByPolicy) {
  send({"r1 x", "r2 y"});
  source_.texts = {"r1 x"};
  const auto marked = all();
  ASSERT_EQ(marked.size(), 1U);
  EXPECT_EQ(marked[0].record, "r2");
  EXPECT_EQ(marked[0].after, RecordState::retracted);
  EXPECT_EQ(marked[0].wants.at(0).act, Act::retract);
  EXPECT_EQ(all(Retraction::remove).at(0).wants.at(1).act, Act::remove);
  const auto kept = all(Retraction::keep);
  EXPECT_EQ(kept.at(0).wants.at(0).act, Act::keep);
  EXPECT_EQ(kept.at(0).after, RecordState::kept);
}

TEST_F(IntakeTest, WhatCannotBeReadHasNotVanished) {
  send({"r1 x", "r2 y", "r3 z"});
  // r2 is refused, in its place; the ledger knows which record that was.
  source_.texts = {"r1 x", "r2 !", "r3 z"};
  auto works = all();
  ASSERT_EQ(works.size(), 1U);
  EXPECT_EQ(*works[0].refusal, "no");
  EXPECT_EQ(counts_.vanished, 0U);
  EXPECT_FALSE(counts_.incomplete);
  // A text that nobody can name may be any of the missing ones.
  source_.texts = {"r1 x", "! y"};
  works = all();
  ASSERT_EQ(works.size(), 1U);
  EXPECT_TRUE(counts_.incomplete);
  EXPECT_EQ(counts_.vanished, 0U);
}

TEST_F(IntakeTest, TwoTextsOfOneRecordAreRefusedNotSentInTurn) {
  source_.texts = {"r1 x", "r1 y"};
  const auto works = all();
  ASSERT_EQ(works.size(), 2U);
  EXPECT_FALSE(works[0].refusal);
  EXPECT_TRUE(works[1].refusal);
  EXPECT_TRUE(works[1].record.empty());
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
                              store::ResourceRow{"Observation/r1a", "r1", ResourceState::retracted, "other", "2", "", "",
                                                 ResourceState::confirmed}}));
  const auto works = all();
  ASSERT_EQ(works.size(), 1U);
  EXPECT_EQ(works[0].wants.size(), 1U);
}

TEST_F(IntakeTest, ASourceThatShrinksTooMuchStopsTheRun) {
  send({"r1 x", "r2 x", "r3 x", "r4 x", "r5 x"});
  const auto stops = [&](double share) {
    EXPECT_TRUE(source_.rewind());
    Intake intake({"s", "1", Retraction::entered_in_error}, *ledger_, source_, make);
    return shrunk(survey(intake, *ledger_).value(), share);
  };
  source_.texts = {"r1 x", "r2 x", "r3 x", "r4 x"};
  EXPECT_FALSE(stops(0.2));
  source_.texts = {"r1 x", "r2 x", "r3 x"};
  ASSERT_TRUE(stops(0.2));
  EXPECT_EQ(stops(0.2)->fault, Fault::conflict);
  EXPECT_FALSE(stops(1));
  source_.texts = {};
  EXPECT_TRUE(stops(0.2));
}

}  // namespace
}  // namespace paraneo::sync
