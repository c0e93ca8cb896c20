#include "sync/content.h"

#include <gtest/gtest.h>

#include "sync/fields.h"

namespace paraneo::sync {
namespace {

TEST(Content, AServersCopyIsKnownAgain) {
  const std::string sent =
      R"({"resourceType":"Patient","id":"1","meta":{"source":"urn:x"},"active":true})";
  const std::string copy =
      R"({"resourceType":"Patient","id":"1","meta":{"versionId":"3","lastUpdated":"2026-01-01T00:00:00Z","source":"urn:x#Ab12"},"active":true})";
  EXPECT_EQ(as_sent(copy, {}), sent);
  EXPECT_EQ(hash_of(as_sent(copy, {})), hash_of(sent));
  EXPECT_EQ(as_sent(R"({"resourceType":"Patient","meta":{"versionId":"3"}})", {}),
            R"({"resourceType":"Patient"})");
  EXPECT_EQ(as_sent(R"({"resourceType":"Patient","meta":{"versionId":"3","source":"#Ab12"}})", {}),
            R"({"resourceType":"Patient"})");
  EXPECT_EQ(as_sent("<html>", {}), "");
  EXPECT_EQ(as_sent(R"({"resourceType":"Pat)", {}), "");
  EXPECT_NE(hash_of("26.0"), hash_of("26"));
}

// Texts that are alike and texts that are not are compared in two ways; what comes out is one.
TEST(Content, ACopySaysTheSameWhateverItsTextLooksLike) {
  const std::string bare = R"({"resourceType":"Patient","id":"1","active":true})";
  const auto with = [](const std::string& meta, const std::string& rest = R"(,"active":true})") {
    return R"({"resourceType":"Patient","id":"1","meta":)" + meta + rest;
  };
  const auto same = [](const std::string& ours, const std::string& copy) {
    return says_the_same(ours, copy, "https://h/r4", {});
  };
  EXPECT_TRUE(same(bare, bare));
  EXPECT_TRUE(same(bare, with(R"({"versionId":"3","lastUpdated":"2026-01-01T00:00:00Z"})")));
  EXPECT_TRUE(same(bare, with(R"({"versionId":"3","tag":[{"display":"} \" {"}]})")));
  EXPECT_TRUE(
      same(with(R"({"source":"urn:x"})"), with(R"({"versionId":"3","source":"urn:x#Ab"})")));
  EXPECT_TRUE(same(with("{}"), R"({"active": true, "id":"1", "resourceType":"Patient"})"));
  EXPECT_FALSE(same(with(R"({"source":"urn:x"})"), bare));
  EXPECT_FALSE(same(with(R"({"profile":["a"]})"), with(R"({"versionId":"3","profile":["b"]})")));
  EXPECT_FALSE(same(bare, with(R"({"versionId":"3"})", R"(,"active":false})")));
  EXPECT_FALSE(same(bare, with(R"({"versionId":"3"})", "}")));
  EXPECT_FALSE(same(bare, with(R"({"versionId":"3")")));  // cut off
  const std::string inside =
      R"({"resourceType":"List","id":"1","contained":[{"id":"a","meta":{"source":"x"}}]})";
  EXPECT_TRUE(same(inside, inside));
  EXPECT_FALSE(same(inside, R"({"resourceType":"List","id":"1","contained":[{"id":"a"}]})"));
}

TEST(Content, SaysThatAResourceWasEnteredInErrorAsItsTypeDoes) {
  EXPECT_EQ(
      entered_in_error(
          R"({"resourceType":"Observation","id":"1","meta":{"versionId":"2"},"status":"final","code":{}})",
          {}),
      R"({"resourceType":"Observation","id":"1","status":"entered-in-error","code":{}})");
  EXPECT_EQ(
      entered_in_error(R"({"resourceType":"Patient","id":"1","identifier":[],"gender":"male"})",
                       {}),
      R"({"resourceType":"Patient","id":"1","identifier":[],"gender":"male","active":false})");
  EXPECT_EQ(entered_in_error(R"({"resourceType":"Patient","id":"1"})", {}),
            R"({"resourceType":"Patient","id":"1","active":false})");
  // con-5: no clinical status beside entered-in-error.
  EXPECT_EQ(
      entered_in_error(
          R"({"resourceType":"Condition","clinicalStatus":{},"verificationStatus":{"coding":[{"code":"confirmed"}]},"code":{}})",
          {}),
      R"({"resourceType":"Condition","verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"entered-in-error"}]},"code":{}})");
  // What a map of somebody else may make, too: each type whose status has the code.
  for (const auto* type : {"ServiceRequest", "Medication", "Specimen", "Task", "CarePlan"}) {
    const auto text = R"({"resourceType":")" + std::string(type) + R"(","status":"active"})";
    EXPECT_TRUE(can_be_in_error(type));
    EXPECT_EQ(entered_in_error(text, {}),
              R"({"resourceType":")" + std::string(type) + R"(","status":"entered-in-error"})");
  }
  EXPECT_EQ(entered_in_error(R"({"resourceType":"Goal","_lifecycleStatus":{"id":"a"}})", {}),
            R"({"resourceType":"Goal","lifecycleStatus":"entered-in-error"})");
  EXPECT_EQ(entered_in_error(R"({"resourceType":"BodyStructure","active":true})", {}),
            R"({"resourceType":"BodyStructure","active":false})");
  EXPECT_FALSE(can_be_in_error("AdverseEvent"));
  EXPECT_EQ(entered_in_error(R"({"resourceType":"AdverseEvent"})", {}), "");
  // Saying it twice changes nothing.
  const auto once = entered_in_error(R"({"resourceType":"Condition","code":{}})", {});
  EXPECT_EQ(entered_in_error(once, {}), once);
}

TEST(Fields, ShowWhatDiffersAndNothingElse) {
  const auto changes = field_changes(
      R"({"resourceType":"Observation","meta":{"versionId":"1"},"valueQuantity":{"value":26.0,"unit":"U/L"},"note":[{"text":"a"},{"text":"b"}],"issued":"2020"})",
      R"({"resourceType":"Observation","valueQuantity":{"value":26,"unit":"U/L"},"note":[{"text":"a"}],"status":"final"})",
      {});
  ASSERT_EQ(changes.size(), 4U);
  EXPECT_EQ(changes[0].path, "valueQuantity.value");
  EXPECT_EQ(changes[0].before, "26.0");
  EXPECT_EQ(changes[0].after, "26");
  EXPECT_EQ(changes[1].path, "note[1]");
  EXPECT_EQ(changes[1].after, "");
  EXPECT_EQ(changes[2].path, "issued");
  EXPECT_EQ(changes[3].path, "status");
  EXPECT_EQ(changes[3].before, "");
  EXPECT_TRUE(field_changes("", "", {}).empty());
}

}  // namespace
}  // namespace paraneo::sync
