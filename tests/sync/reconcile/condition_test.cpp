#include "sync/reconcile/condition.h"

#include "parts.h"

namespace paraneo::sync {
namespace {

class ConditionTest : public testing::Test {
 protected:
  ConditionTest() {
    auto conditional = put("Patient/x");
    conditional.entry.id.clear();
    conditional.entry.criteria = "identifier=1";
    conditional.entry.full_url = "urn:uuid:1";
    conditional.entry.write = rest::Write::conditional_put;
    auto group =
        group_of({work_of("", {conditional, put("Observation/o", "urn:uuid:1")})}, SlotState::read);
    unit_ = std::move(group.units[0]);
  }
  Result<void> resolve(const std::string& found) {
    slot().current = R"({"resourceType":"Bundle","entry":[)" + found + "]}";
    return resolve_condition(*unit_, slot(), kBase, {});
  }
  Slot& slot() { return unit_->slots[0]; }
  std::unique_ptr<Unit> unit_;
};

const std::string kFound =
    R"({"resource":{"resourceType":"Patient","id":"7","meta":{"versionId":"3"}}})";

TEST_F(ConditionTest, WhatIsNotFoundIsWrittenAsItIs) {
  ASSERT_TRUE(resolve(R"({"resource":{"resourceType":"OperationOutcome"}})"));
  EXPECT_EQ(slot().state, SlotState::to_write);
  EXPECT_TRUE(slot().want.entry.id.empty());
}

TEST_F(ConditionTest, WhatIsFoundGivesItsIdAndTheOthersFollow) {
  ASSERT_TRUE(resolve(kFound));
  EXPECT_EQ(slot().want.entry.target(), "Patient/7");
  EXPECT_EQ(slot().want.entry.write, rest::Write::put);
  EXPECT_EQ(slot().etag, "W/\"3\"");
  EXPECT_EQ(slot().state, SlotState::read);
  EXPECT_NE(unit_->slots[1].want.entry.resource.find("Patient/7"), std::string::npos);
}

TEST_F(ConditionTest, AConditionalCreateLeavesWhatIsThere) {
  slot().want.entry.write = rest::Write::conditional_create;
  ASSERT_TRUE(resolve(kFound));
  EXPECT_EQ(slot().state, SlotState::done);
}

TEST_F(ConditionTest, SeveralAndWhatNoRequestCanCarryAreErrors) {
  EXPECT_EQ(resolve(kFound + "," + kFound).error().fault, Fault::conflict);
  EXPECT_EQ(resolve(R"({"resource":{"resourceType":"Patient","id":"../x"}})").error().fault,
            Fault::server);
}

}  // namespace
}  // namespace paraneo::sync
