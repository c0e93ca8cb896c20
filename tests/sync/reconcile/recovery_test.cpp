#include "sync/reconcile/recovery.h"

#include "parts.h"
#include "store/forwarding_ledger.h"
#include "store/sqlite_ledger.h"

namespace paraneo::sync {
namespace {

using store::ResourceState;

class RecoveryTest : public testing::Test {
 protected:
  void left(const std::string& record, const std::string& target, ResourceState state,
            const std::string& hash, const std::string& body) {
    ASSERT_TRUE(ledger_->apply(
        {store::RecordRow{record, "s", "f:1", {}, store::RecordState::active, 0},
         store::ResourceRow{target, record, state, {}, {}, hash, body, ResourceState::confirmed}}));
  }
  std::unique_ptr<store::Ledger> ledger_ =
      store::open_sqlite_ledger(":memory:", store::LedgerUse::update).value();
};

TEST_F(RecoveryTest, WhatWasOnItsWayComesBackAsItWasIntended) {
  left("a", "Patient/put", ResourceState::intended, "h", "{}");
  left("a", "Patient/gone", ResourceState::sent, "", "");
  left("a", "Patient/marked", ResourceState::sent, "", "{}");
  left("a", "Patient/settled", ResourceState::confirmed, "", "");
  left("b", "Patient/b", ResourceState::confirmed, "", "");
  Recovery recovery(*ledger_);
  EXPECT_TRUE(recovery.empty());
  ASSERT_TRUE(recovery.find());
  const auto group = recovery.next(10);
  ASSERT_TRUE(group);
  EXPECT_TRUE((*group)->recovery);
  ASSERT_EQ((*group)->units.size(), 1U);
  const auto& tasks = (*group)->units[0]->tasks;
  EXPECT_EQ(targets(tasks), "Patient/gone Patient/marked Patient/put");
  EXPECT_EQ(tasks[0].operation.effect, Effect::remove);
  EXPECT_EQ(tasks[1].operation.effect, Effect::retract);
  EXPECT_EQ(tasks[2].operation.effect, Effect::put);
  EXPECT_TRUE(recovery.empty());
}

TEST_F(RecoveryTest, WhatAnotherWorkerHasIsLeftToIt) {
  class Shared final : public store::ForwardingLedger {
   public:
    using ForwardingLedger::ForwardingLedger;
    Result<bool> claim(const std::string& name) override {
      return name != store::claim_on_record("a");
    }
  };
  left("a", "Patient/a", ResourceState::sent, "h", "{}");
  left("b", "Patient/b", ResourceState::sent, "h", "{}");
  Shared shared(*ledger_);
  Recovery recovery(shared);
  ASSERT_TRUE(recovery.find());
  const auto group = recovery.next(10);
  ASSERT_TRUE(group);
  ASSERT_EQ((*group)->units.size(), 1U);
  EXPECT_EQ((*group)->units[0]->update.record, "b");
}

}  // namespace
}  // namespace paraneo::sync
