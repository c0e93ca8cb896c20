#include "sync/survey.h"

#include "texts.h"

namespace paraneo::sync {
namespace {

class SurveyTest : public IntakeTest {};

TEST_F(SurveyTest, ASourceThatChangesTooMuchStopsTheRun) {
  std::vector<std::string> texts;
  for (int i = 0; i < 120; ++i) texts.push_back("r" + std::to_string(i) + " x");
  send(texts);
  const auto stops = [&](std::size_t changed, double share) {
    source_.texts = texts;
    for (std::size_t i = 0; i < changed; ++i) source_.texts[i].back() = 'y';
    EXPECT_TRUE(source_.rewind());
    Intake intake({"s", "1", Retraction::entered_in_error}, *ledger_, source_, make_of_text);
    const auto error = changed_too_much(survey(intake, *ledger_).value(), share);
    EXPECT_TRUE(!error || error->code == ErrorCode::source_changed);
    return error.has_value();
  };
  EXPECT_FALSE(stops(60, 0.5));
  EXPECT_TRUE(stops(61, 0.5));
  EXPECT_FALSE(stops(120, 1));
  texts.resize(99);
  ledger_ = store::open_sqlite_ledger(":memory:", store::LedgerUse::update).value();
  send(texts);
  EXPECT_FALSE(stops(99, 0.5)) << "of a handful a share says nothing";
}

TEST_F(SurveyTest, ASourceThatShrinksTooMuchStopsTheRun) {
  send({"r1 x", "r2 x", "r3 x", "r4 x", "r5 x"});
  const auto stops = [&](double share) {
    EXPECT_TRUE(source_.rewind());
    Intake intake({"s", "1", Retraction::entered_in_error}, *ledger_, source_, make_of_text);
    return shrunk(survey(intake, *ledger_).value(), share);
  };
  source_.texts = {"r1 x", "r2 x", "r3 x", "r4 x"};
  EXPECT_FALSE(stops(0.2));
  source_.texts = {"r1 x", "r2 x", "r3 x"};
  ASSERT_TRUE(stops(0.2));
  EXPECT_EQ(stops(0.2)->code, ErrorCode::source_shrunk);
  EXPECT_FALSE(stops(1));
  source_.texts = {};
  EXPECT_TRUE(stops(0.2));
}

TEST_F(SurveyTest, ASourceThatMovesOnWhileItIsReadIsSaid) {
  IntakeCounts counts;
  counts.known = 10;
  EXPECT_FALSE(moved_on(counts, 0.2));
  counts.withheld = 1;
  EXPECT_EQ(moved_on(counts, 0.2)->code, ErrorCode::source_changed);
  counts.vanished_late = 3;
  EXPECT_EQ(moved_on(counts, 0.2)->code, ErrorCode::source_shrunk);
}

}  // namespace
}  // namespace paraneo::sync
