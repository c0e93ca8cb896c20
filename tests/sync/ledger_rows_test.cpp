#include "sync/ledger_rows.h"

#include "texts.h"

namespace paraneo::sync {
namespace {

class LedgerRowsTest : public IntakeTest {
 protected:
  store::ResourceRow row(const std::string& target) {
    for (const auto& row : ledger_->resources("r1").value())
      if (row.target == target) return row;
    return {};
  }
};

TEST_F(LedgerRowsTest, AreThoseOfAllRecordsAndStandWhileTheyAreChanged) {
  send({"r1 x", "r2 y"});
  LedgerRows rows(*ledger_);
  ASSERT_TRUE(rows.open());
  std::vector<std::string> targets;
  while (const auto row = rows.next().value()) {
    targets.push_back(row->target);
    ASSERT_TRUE(let_run_decide(*ledger_, *row, Deviation::changed));
  }
  std::sort(targets.begin(), targets.end());
  EXPECT_EQ(targets, (std::vector<std::string>{"Observation/r1a", "Observation/r1b",
                                               "Observation/r2a", "Observation/r2b"}));
}

TEST_F(LedgerRowsTest, TheNextRunLooksAtWhatDiffers) {
  send({"r1 x"});
  EXPECT_TRUE(all().empty());
  ASSERT_TRUE(let_run_decide(*ledger_, row("Observation/r1a"), Deviation::missing));
  const auto updates = all();
  ASSERT_EQ(updates.size(), 1U);
  ASSERT_EQ(updates[0].operations.size(), 1U);
  EXPECT_EQ(updates[0].operations[0].entry.target(), "Observation/r1a");
  EXPECT_TRUE(updates[0].operations[0].known.version.empty());
}

TEST_F(LedgerRowsTest, WhatWasRetractedAndIsThereIsRetractedOnceMore) {
  send({"r1 x"});
  auto retracted = row("Observation/r1a");
  retracted.state = ResourceState::retracted;
  ASSERT_TRUE(
      ledger_->apply({retracted, store::RecordRow{"r1", "s", "p", "", RecordState::retracted, 0}}));
  source_.texts.clear();
  EXPECT_TRUE(all().empty());
  ASSERT_TRUE(let_run_decide(*ledger_, retracted, Deviation::returned));
  const auto updates = all();
  ASSERT_EQ(updates.size(), 1U);
  EXPECT_NE(updates[0].operations.at(0).effect, Effect::put);
}

TEST_F(LedgerRowsTest, ARowWithoutARecordIsLeftAlone) {
  store::ResourceRow nobodys;
  nobodys.target = "Observation/x";
  nobodys.record = "r9";
  nobodys.version = "1";
  ASSERT_TRUE(ledger_->apply({nobodys}));
  ASSERT_TRUE(let_run_decide(*ledger_, nobodys, Deviation::changed));
  EXPECT_EQ(ledger_->resources("r9").value().at(0).version, "1");
}

}  // namespace
}  // namespace paraneo::sync
