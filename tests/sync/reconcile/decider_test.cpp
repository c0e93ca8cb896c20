#include "sync/reconcile/decider.h"

#include "parts.h"

namespace paraneo::sync {
namespace {

using Verdict = Decider::Verdict;

const std::string kOther = R"({"resourceType":"Patient","id":"a","active":true})";

class DeciderTest : public testing::Test {
 protected:
  // What the server holds: nothing, or this.
  Verdict decide(Operation operation, const std::string& current = {},
                 const std::string& etag = {}) {
    auto group = group_of({update_of("r", {std::move(operation)})}, TaskState::read);
    auto& task = group.units[0]->tasks[0];
    task.current = current;
    task.etag = etag;
    unit_ = std::move(group.units[0]);
    return Decider(kBase, conflict_, {}).decide(*unit_).verdict;
  }
  OnConflict conflict_ = OnConflict::park;
  std::unique_ptr<Unit> unit_;
};

TEST_F(DeciderTest, WhatIsNotThereIsWritten) {
  EXPECT_EQ(decide(put("Patient/a")), Verdict::write);
}

TEST_F(DeciderTest, WhatIsThereAlreadyIsLeft) {
  EXPECT_EQ(decide(put("Patient/a"),
                   R"({"resourceType":"Patient","id":"a","meta":{"versionId":"4"}})", "W/\"4\""),
            Verdict::finish);
  EXPECT_TRUE(unit_->tasks[0].was_there);
}

TEST_F(DeciderTest, TheVersionOrTheContentThatWeLeftIsOursToReplace) {
  EXPECT_EQ(decide(known(put("Patient/a"), "4"), kOther, "W/\"4\""), Verdict::write);
  EXPECT_EQ(decide(known(put("Patient/a"), "4", hash_of(kOther)), kOther, "W/\"5\""),
            Verdict::write);
}

// The resource with another meta before all else that it says.
std::string with_meta(const std::string& meta, const std::string& rest = R"(,"active":true)") {
  return R"({"resourceType":"Patient","id":"a","meta":{"versionId":"5")" + meta + "}" + rest + "}";
}

TEST_F(DeciderTest, WhatOthersAddToTheMetaIsNoOtherContent) {
  const std::string tag = R"({"system":"urn:t","code":"t"})";
  const std::string label = R"({"system":"urn:s","code":"R"})";
  for (const auto& meta : {R"(,"tag":[)" + tag + "]", R"(,"security":[)" + label + "]",
                           R"(,"profile":["http://p"])" + (R"(,"tag":[)" + tag) + "]"}) {
    EXPECT_EQ(decide(known(put("Patient/a"), "4", hash_of(kOther)), with_meta(meta), "W/\"5\""),
              Verdict::write)
        << meta;
    EXPECT_EQ(unit_->tasks[0].etag, "W/\"5\"");
    EXPECT_TRUE(unit_->tasks[0].labelled);
    // The labels stay; a profile is the claim of whoever made it.
    const auto& sent = unit_->tasks[0].operation.entry.resource;
    EXPECT_EQ(sent.find(tag) != std::string::npos, meta.find(tag) != std::string::npos);
    EXPECT_EQ(sent.find(label) != std::string::npos, meta.find(label) != std::string::npos);
    EXPECT_EQ(sent.find("http://p"), std::string::npos);
    EXPECT_EQ(decide(known(put("Patient/a"), "4", hash_of(kOther)),
                     with_meta(meta, R"(,"active":false)"), "W/\"5\""),
              Verdict::finish);
    EXPECT_EQ(unit_->parked.size(), 1U) << meta;
  }
}

TEST_F(DeciderTest, ANarrativeThatTheServerMadeIsNoOtherContent) {
  for (const auto& status : {"generated", "additional"})
    for (const auto& meta : {"", R"(,"tag":[{"code":"t"}])"}) {
      const auto text = std::string(R"(,"text":{"status":")") + status + R"("},"active":true)";
      EXPECT_EQ(
          decide(known(put("Patient/a"), "4", hash_of(kOther)), with_meta(meta, text), "W/\"5\""),
          std::string(status) == "generated" ? Verdict::write : Verdict::finish);
      EXPECT_EQ(unit_->parked.empty(), std::string(status) == "generated") << meta;
    }
}

TEST_F(DeciderTest, WhatIsAsWeLeftItButForItsMetaIsLeftInItsNewVersion) {
  auto operation = put("Patient/a");
  operation.entry.resource =
      R"({"resourceType":"Patient","id":"a","meta":{"profile":["http://p"]},"active":true})";
  operation.hash = hash_of(operation.entry.resource);
  EXPECT_EQ(decide(known(operation, "4", operation.hash),
                   with_meta(R"(,"profile":["http://p","http://q"])"), "W/\"5\""),
            Verdict::finish);
  EXPECT_TRUE(unit_->parked.empty());
  EXPECT_FALSE(unit_->tasks[0].labelled);
  EXPECT_EQ(unit_->tasks[0].state, TaskState::done);
}

TEST_F(DeciderTest, ARetractionOfWhatOthersLabelledKeepsTheLabel) {
  const auto copy = with_meta(R"(,"tag":[{"code":"t"}])");
  auto operation = known(put("Patient/a"), "4", hash_of(kOther));
  operation.effect = Effect::retract;
  EXPECT_EQ(decide(operation, copy, "W/\"5\""), Verdict::write);
  const auto& sent = unit_->tasks[0].operation.entry.resource;
  EXPECT_NE(sent.find("\"active\":false"), std::string::npos);
  EXPECT_NE(sent.find(R"("tag":[{"code":"t"}])"), std::string::npos);
  EXPECT_EQ(decide(known(removed("Patient/a"), "4", hash_of(kOther)), copy, "W/\"5\""),
            Verdict::write);
}

TEST_F(DeciderTest, WhatIsSomebodyElsesIsDecidedByPolicy) {
  EXPECT_EQ(decide(put("Patient/a"), kOther, "W/\"1\""), Verdict::finish);
  EXPECT_EQ(unit_->parked.size(), 1U);
  EXPECT_TRUE(unit_->tasks.empty());
  conflict_ = OnConflict::ours;
  EXPECT_EQ(decide(put("Patient/a"), kOther, "W/\"1\""), Verdict::write);
  EXPECT_EQ(unit_->tasks[0].etag, "W/\"1\"");
  conflict_ = OnConflict::theirs;
  EXPECT_EQ(decide(put("Patient/a"), kOther, "W/\"1\""), Verdict::finish);
  EXPECT_TRUE(unit_->tasks[0].yields);
}

TEST_F(DeciderTest, WhatWasDeletedThereHoldsAllOfTheRecordBack) {
  EXPECT_EQ(decide(known(put("Patient/a"), "4")), Verdict::park);
  auto back = known(put("Patient/a"), "");
  back.known.state = store::ResourceState::retracted;
  EXPECT_EQ(decide(back), Verdict::write);  // we deleted it ourselves
}

TEST_F(DeciderTest, ARetractionSaysSoOfTheServersCopy) {
  auto operation = known(put("Patient/a"), "4");
  operation.effect = Effect::retract;
  EXPECT_EQ(decide(operation, kOther, "W/\"4\""), Verdict::write);
  EXPECT_NE(unit_->tasks[0].operation.entry.resource.find("\"active\":false"), std::string::npos);
  EXPECT_EQ(decide(operation, R"({"resourceType":"Patient","id":"a","active":false})", "W/\"5\""),
            Verdict::finish);
  EXPECT_EQ(decide(operation), Verdict::finish);
  EXPECT_EQ(decide(known(removed("Patient/a"), "4"), kOther, "W/\"5\""), Verdict::finish);
  EXPECT_EQ(unit_->parked.size(), 1U);
}

TEST_F(DeciderTest, AnIntentHasHappenedWhenTheServerHoldsIt) {
  const Decider decider(kBase, OnConflict::park, {});
  Task task;
  task.operation = put("Patient/a");
  EXPECT_EQ(decider.settled(task), Decider::Settled::nothing);
  task.current = task.operation.entry.resource;
  EXPECT_EQ(decider.settled(task), Decider::Settled::done);
  task.operation = removed("Patient/a");
  EXPECT_EQ(decider.settled(task), Decider::Settled::nothing);
  task.current.clear();
  EXPECT_EQ(decider.settled(task), Decider::Settled::removed);
}

}  // namespace
}  // namespace paraneo::sync
