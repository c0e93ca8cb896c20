// A resource that is another patient's in a newer version: import --into.
#include <gtest/gtest.h>

#include <filesystem>

#include "program.h"

namespace paraneo::cli {
namespace {

class MovedResources : public testing::Test {
 protected:
  MovedResources()
      : program_(std::string("moved-") +
                 testing::UnitTest::GetInstance()->current_test_info()->name()) {}

  static std::string observation(const std::string& id, const std::string& patient, int version) {
    const auto number = std::to_string(version);
    return R"({"resourceType":"Observation","id":")" + id + R"(","meta":{"versionId":")" + number +
           R"(","lastUpdated":"2022-01-0)" + number +
           R"(T00:00:00Z"},"status":"final","code":{"text":"CK"},"subject":{"reference":"Patient/)" +
           patient + R"("},"valueString":"v)" + number + "\"}\n";
  }
  Ended into(const std::string& folder, const std::string& text,
             const std::string& memory = "256M") {
    return program_.run({"import", "--source", "h", program_.write("delta.ndjson", text), "--into",
                         program_.path(folder), "--memory", memory});
  }
  bool has(const std::string& folder, const std::string& patient, const std::string& what) const {
    return program_.read(folder + "/h." + patient + ".json").find(what) != std::string::npos;
  }
  // Is the first one's, then the other's, and nobody's twice, as all at once.
  void expect_moved(const std::string& folder) const {
    EXPECT_FALSE(has(folder, "p", "Observation-o\"")) << folder;
    EXPECT_TRUE(has(folder, "q", "\"v2\"")) << folder;
    EXPECT_TRUE(has(folder, "p", "Observation-stays")) << folder;
  }

  const std::string patients_ = R"({"resourceType":"Patient","id":"p","gender":"female"}
{"resourceType":"Patient","id":"q","gender":"male"}
)";
  const std::string full_ = patients_ + observation("o", "p", 1) + observation("stays", "p", 1);
  const std::string moved_ = observation("o", "q", 2);
  Program program_;
};

TEST_F(MovedResources, AreOneRecordsAloneAsAllAtOnce) {
  ASSERT_EQ(into("all", full_ + moved_).code, 0);
  expect_moved("all");
  ASSERT_EQ(into("cut", full_).code, 0);
  const auto ended = into("cut", moved_);
  EXPECT_EQ(ended.code, 0);
  EXPECT_NE(ended.err.find("by its source it is not this patient's any more"), std::string::npos)
      << ended.err;
  expect_moved("cut");
  for (const auto* patient : {"p", "q"})
    EXPECT_EQ(program_.read(std::string("all/h.") + patient + ".json"),
              program_.read(std::string("cut/h.") + patient + ".json"));
  // Both patients come as well; and a patient whom nobody knew.
  ASSERT_EQ(into("both", full_).code, 0);
  ASSERT_EQ(into("both", patients_ + moved_).code, 0);
  expect_moved("both");
  ASSERT_EQ(into("new", full_).code, 0);
  ASSERT_EQ(into("new", observation("o", "r", 2)).code, 0);
  EXPECT_FALSE(has("new", "p", "Observation-o\""));
  EXPECT_TRUE(has("new", "r", "\"v2\""));
}

TEST_F(MovedResources, ComeBackAndThenStay) {
  ASSERT_EQ(into("r", full_).code, 0);
  ASSERT_EQ(into("r", moved_).code, 0);
  ASSERT_EQ(into("r", observation("o", "p", 3)).code, 0);
  EXPECT_TRUE(has("r", "p", "\"v3\""));
  EXPECT_FALSE(has("r", "q", "Observation-o\""));
}

TEST_F(MovedResources, WhatAPersonChangedStaysAndIsAConflict) {
  ASSERT_EQ(into("r", full_).code, 0);
  auto text = program_.read("r/h.p.json");
  const std::string value = R"("value":{"text":"v1"})";
  text.replace(text.find(value), value.size(), R"("value":{"text":"by hand"})");
  program_.write("r/h.p.json", text);
  const auto ended = into("r", moved_);
  EXPECT_EQ(ended.code, 1);
  EXPECT_NE(ended.err.find("[import-conflict]"), std::string::npos) << ended.err;
  EXPECT_TRUE(has("r", "p", "by hand"));
}

// Of a group, of a device, of somebody whom nobody knows: as all at once, it is in no record, in
// any memory. An older version that comes late changes nothing.
TEST_F(MovedResources, AreInNoRecordWhereTheyAreNobodysAnyMore) {
  std::string many;
  for (int i = 0; i < 3000; ++i)
    many += observation("m" + std::to_string(i), "n" + std::to_string(i % 300), 1);
  const std::string subject = R"("subject":{"reference":"Patient/p"})";
  for (const std::string now :
       {R"("subject":{"reference":"Group/g"})", R"("subject":{"reference":"Device/d"})",
        R"("subject":{"display":"somebody"})", R"("note":[{"text":"whose?"}])"}) {
    auto nobodys = observation("o", "p", 2);
    nobodys.replace(nobodys.find(subject), subject.size(), now);
    auto older = nobodys;
    older.replace(older.find("2022-01-02"), 10, "2021-01-02");
    for (const auto* memory : {"256M", "1M"}) {
      ASSERT_EQ(into("r", full_).code, 0);
      into("r", (memory == std::string("1M") ? many : "") + nobodys, memory);
      EXPECT_FALSE(has("r", "p", "Observation-o\"")) << now;
      EXPECT_TRUE(has("r", "p", "Observation-stays")) << now;
      ASSERT_EQ(into("r", observation("o", "p", 3)).code, 0);
      into("r", older);
      EXPECT_TRUE(has("r", "p", "\"v3\"")) << now;
      std::filesystem::remove_all(program_.path("r"));
    }
  }
}

// It may be in what was left out of it.
TEST_F(MovedResources, StayWhereAPartOfThemDoesNotSayWhoseTheyAre) {
  ASSERT_EQ(into("r", full_).code, 0);
  into(
      "r",
      R"({"resourceType":"Observation","id":"o","meta":{"versionId":"2","tag":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED"}]},"status":"final","code":{"text":"CK"}})");
  EXPECT_TRUE(has("r", "p", "Observation-o\""));
}

// What is in parts in memory is seen together where it must be.
TEST_F(MovedResources, AreFoundInAnyMemory) {
  std::string many;
  for (int i = 0; i < 3000; ++i)
    many += observation("m" + std::to_string(i), "n" + std::to_string(i % 300), 1);
  ASSERT_EQ(into("r", full_).code, 0);
  ASSERT_EQ(into("r", many + moved_ + observation("more", "p", 2), "1M").code, 0);
  expect_moved("r");
  EXPECT_TRUE(has("r", "p", "Observation-more"));
}

}  // namespace
}  // namespace paraneo::cli
