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
    auto group = group_of({update_of("", {conditional, put("Observation/o", "urn:uuid:1")})},
                          TaskState::read);
    unit_ = std::move(group.units[0]);
  }
  Result<void> resolve(const std::string& found) {
    task().current = R"({"resourceType":"Bundle","entry":[)" + found + "]}";
    return resolve_condition(*unit_, task(), kBase, {});
  }
  Task& task() { return unit_->tasks[0]; }
  std::unique_ptr<Unit> unit_;
};

const std::string kFound =
    R"({"resource":{"resourceType":"Patient","id":"7","meta":{"versionId":"3"}}})";

TEST_F(ConditionTest, WhatIsNotFoundIsWrittenAsItIs) {
  ASSERT_TRUE(resolve(R"({"resource":{"resourceType":"OperationOutcome"}})"));
  EXPECT_EQ(task().state, TaskState::to_write);
  EXPECT_TRUE(task().operation.entry.id.empty());
}

TEST_F(ConditionTest, WhatIsFoundGivesItsIdAndTheOthersFollow) {
  ASSERT_TRUE(resolve(kFound));
  EXPECT_EQ(task().operation.entry.target(), "Patient/7");
  EXPECT_EQ(task().operation.entry.write, rest::Write::put);
  EXPECT_EQ(task().etag, "W/\"3\"");
  EXPECT_EQ(task().state, TaskState::read);
  EXPECT_NE(unit_->tasks[1].operation.entry.resource.find("Patient/7"), std::string::npos);
}

TEST_F(ConditionTest, AConditionalCreateLeavesWhatIsThere) {
  task().operation.entry.write = rest::Write::conditional_create;
  ASSERT_TRUE(resolve(kFound));
  EXPECT_EQ(task().state, TaskState::done);
}

TEST_F(ConditionTest, SeveralAndWhatNoRequestCanCarryAreErrors) {
  EXPECT_EQ(resolve(kFound + "," + kFound).error().code, ErrorCode::condition_ambiguous);
  EXPECT_EQ(resolve(R"({"resource":{"resourceType":"Patient","id":"../x"}})").error().fault,
            Fault::server);
}

}  // namespace
}  // namespace paraneo::sync
