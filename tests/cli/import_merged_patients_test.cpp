// The source says that two of its patients are one (Patient.link): import --into.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "program.h"

namespace paraneo::cli {
namespace {

class MergedPatients : public testing::Test {
 protected:
  MergedPatients()
      : program_(std::string("merged-") +
                 testing::UnitTest::GetInstance()->current_test_info()->name()) {}

  static std::string observation(const std::string& id, const std::string& patient,
                                 const std::string& more = {}) {
    return R"({"resourceType":"Observation","id":")" + id +
           R"(","status":"final","code":{"text":"CK"},"subject":{"reference":"Patient/)" + patient +
           R"("},"valueString":")" + id + "\"" + more + "}";
  }
  Ended into(const std::string& folder, const std::vector<std::string>& resources,
             std::vector<std::string> more = {}) {
    std::string text;
    for (const auto& each : resources) text += each + "\n";
    std::vector<std::string> arguments{"import", "--source",
                                       "h",      program_.write("delta.ndjson", text),
                                       "--into", program_.path(folder)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return program_.run(arguments);
  }
  std::string record(const std::string& folder, const std::string& id) const {
    return program_.read(folder + "/h." + id + ".json");
  }
  bool is_there(const std::string& folder, const std::string& id) const {
    return std::filesystem::exists(program_.path(folder + "/h." + id + ".json"));
  }

  const std::string survivor_ =
      R"({"resourceType":"Patient","id":"new","gender":"female","identifier":[{"system":"urn:mrn","value":"2"}]})";
  const std::string former_ =
      R"({"resourceType":"Patient","id":"old","meta":{"versionId":"1"},"gender":"female","birthDate":"1957","identifier":[{"system":"urn:mrn","value":"1"}]})";
  const std::string merged_ =
      R"({"resourceType":"Patient","id":"old","meta":{"versionId":"2"},"active":false,"identifier":[{"system":"urn:mrn","value":"1"}],"link":[{"other":{"reference":"Patient/new"},"type":"replaced-by"}]})";
  Program program_;
};

// Whatever came first, the end is the same: one record, the survivor's, with all facts, and nothing
// of what the other said of itself.
TEST_F(MergedPatients, AreOneRecordWhereverItIsCut) {
  const std::vector<std::string> all{
      survivor_,
      merged_,
      observation("a", "new"),
      observation("b", "old"),
      observation("c", "old",
                  R"(,"hasMember":[{"reference":"Observation/a"},{"reference":"Observation/b"}])"),
      R"({"resourceType":"Condition","id":"d","code":{"text":"x"},"subject":{"reference":"Patient/new"},"evidence":[{"detail":[{"reference":"Observation/b"}]}]})"};
  ASSERT_EQ(into("all", all).code, 0);
  const auto expected = record("all", "new");
  EXPECT_FALSE(is_there("all", "old"));
  EXPECT_NE(expected.find(R"("replaces":["Patient/old"])"), std::string::npos) << expected;
  EXPECT_EQ(expected.find(R"("value":"1")"), std::string::npos) << "the other's identifier\n"
                                                                << expected;
  const auto comparable = [](std::string text) {
    for (std::size_t at; (at = text.find(",\"digest\":\"")) != std::string::npos;)
      text.erase(at, text.find('"', at + 11) + 1 - at);
    std::sort(text.begin(), text.end());
    return text;
  };
  std::mt19937 random(1);
  for (int round = 0; round < 20; ++round) {
    auto shuffled = all;
    if (round % 2 == 0) shuffled.push_back(former_);
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    const auto folder = "cut" + std::to_string(round);
    const auto first = static_cast<std::ptrdiff_t>(1 + random() % (shuffled.size() - 2));
    const auto second =
        first + static_cast<std::ptrdiff_t>(
                    1 + random() % (shuffled.size() - static_cast<std::size_t>(first) - 1));
    std::string said;
    for (const auto& [begin, end] : {std::pair(std::ptrdiff_t{0}, first),
                                     {first, second},
                                     {second, static_cast<std::ptrdiff_t>(shuffled.size())}}) {
      const auto ended = into(folder, {shuffled.begin() + begin, shuffled.begin() + end});
      ASSERT_LE(ended.code, 1) << ended.err;
      said += ended.err + "--\n";
      for (auto i = begin; i < end; ++i) said += shuffled[static_cast<std::size_t>(i)] + "\n";
    }
    EXPECT_FALSE(is_there(folder, "old")) << said;
    EXPECT_EQ(comparable(record(folder, "new")), comparable(expected))
        << record(folder, "new") << "\n"
        << expected << "\n"
        << said;
    ASSERT_LE(into(folder, all).code, 1);
    EXPECT_EQ(comparable(record(folder, "new")), comparable(expected)) << "all again";
    const auto before = record(folder, "new");
    ASSERT_LE(into(folder, all).code, 1);
    EXPECT_EQ(record(folder, "new"), before) << "and again";
  }
}

TEST_F(MergedPatients, ASurvivorMaySayItAsWell) {
  ASSERT_LE(into("r", {former_, observation("b", "old")}).code, 1);
  const auto ended = into(
      "r",
      {R"({"resourceType":"Patient","id":"new","gender":"female","link":[{"other":{"reference":"Patient/old"},"type":"replaces"}]})"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_NE(ended.err.find("[import-merged]"), std::string::npos) << ended.err;
  EXPECT_FALSE(is_there("r", "old"));
  EXPECT_NE(record("r", "new").find("Observation-b"), std::string::npos);
}

TEST_F(MergedPatients, AreFollowedFromOneToTheNext) {
  ASSERT_LE(into("r", {former_, observation("b", "old"), survivor_}).code, 1);
  ASSERT_LE(into("r", {merged_}).code, 1);
  ASSERT_LE(
      into(
          "r",
          {R"({"resourceType":"Patient","id":"last","gender":"female"})",
           R"({"resourceType":"Patient","id":"new","meta":{"versionId":"9"},"link":[{"other":{"reference":"Patient/last"},"type":"replaced-by"}]})"})
          .code,
      1);
  ASSERT_LE(into("r", {observation("c", "old"), observation("d", "new")}).code, 1);
  EXPECT_FALSE(is_there("r", "old"));
  EXPECT_FALSE(is_there("r", "new"));
  for (const auto* key :
       {"Observation-b", "Observation-c", "Observation-d", "Patient/old", "Patient/new"})
    EXPECT_NE(record("r", "last").find(key), std::string::npos) << key << record("r", "last");
}

TEST_F(MergedPatients, WhatAPersonWroteGoesAlongOrBothStay) {
  ASSERT_LE(into("r", {former_, observation("b", "old"), survivor_}).code, 1);
  auto text = record("r", "old");
  text.replace(text.find("\"value\":{\"text\":\"b\"}"),
               std::string("\"value\":{\"text\":\"b\"}").size(),
               "\"value\":{\"text\":\"by hand\"}");
  program_.write("r/h.old.json", text);
  const auto ended = into("r", {merged_});
  EXPECT_LE(ended.code, 1) << ended.err;
  EXPECT_FALSE(is_there("r", "old"));
  EXPECT_NE(record("r", "new").find("by hand"), std::string::npos);

  std::filesystem::create_directories(program_.path("s"));
  program_.write(
      "s/h.old.json",
      R"({"resourceType":"CaseRecord","id":"h.old","version":"1","conditions":[{"key":"mine","code":{"text":"one"}}]})");
  program_.write(
      "s/h.new.json",
      R"({"resourceType":"CaseRecord","id":"h.new","version":"1","conditions":[{"key":"mine","code":{"text":"another"}}]})");
  const auto refused = into("s", {merged_, survivor_});
  EXPECT_EQ(refused.code, 1);
  EXPECT_NE(refused.err.find("another fact of the key mine"), std::string::npos) << refused.err;
  EXPECT_TRUE(is_there("s", "old"));
  EXPECT_EQ(record("s", "new").find("\"one\""), std::string::npos);
}

// The keys of a person's facts begin with the source: that is no change of the source's.
TEST_F(MergedPatients, JoiningRecordsIsNoConflictWithWhatAPersonChanged) {
  const auto of = [](const std::string& value) {
    auto text = observation("o", "old", R"(,"hasMember":[{"reference":"Observation/late"}])");
    return text.replace(text.find("\"valueString\":\"o\""), 17,
                        "\"valueString\":\"" + value + "\"");
  };
  const auto crosswalk =
      program_.write("persons.csv", "person,source,id\nR-17,h,old\nR-17,h,new\n");
  ASSERT_LE(into("r", {former_, of("first")}).code, 1);
  auto text = record("r", "old");
  program_.write("r/h.old.json", text.replace(text.find("first"), 5, "by hand"));
  const auto late = observation("late", "old");
  for (const auto& came :
       {std::vector<std::string>{former_, of("first")}, {of("first"), late}, {of("first")}}) {
    const auto ended = into("r", came, {"--crosswalk", crosswalk});
    EXPECT_EQ(ended.err.find("[import-conflict]"), std::string::npos) << ended.err;
    EXPECT_NE(program_.read("r/R-17.json").find("by hand"), std::string::npos);
  }
  const auto ended = into("r", {of("second")}, {"--crosswalk", crosswalk});
  EXPECT_NE(ended.err.find("[import-conflict]"), std::string::npos) << ended.err;
}

TEST_F(MergedPatients, InACircleAreNotMerged) {
  const auto linked = [](const std::string& id, const std::string& other,
                         const std::string& type = "replaced-by") {
    return R"({"resourceType":"Patient","id":")" + id +
           R"(","gender":"female","link":[{"other":{"reference":")" + other + R"("},"type":")" +
           type + "\"}]}";
  };
  for (int night = 0; night < 2; ++night) {
    ASSERT_LE(into("r", {linked("a", "Patient/b"), linked("b", "Patient/a"), observation("x", "a"),
                         observation("y", "b")})
                  .code,
              1);
    EXPECT_NE(record("r", "a").find("Observation-x"), std::string::npos) << night;
    EXPECT_NE(record("r", "b").find("Observation-y"), std::string::npos) << night;
    EXPECT_NE(record("r", "a").find("female"), std::string::npos) << night;
    EXPECT_EQ(record("r", "a").find("replaces"), std::string::npos) << record("r", "a");
  }
  // One that only leads to a circle, one to itself, and one to somebody who is no patient.
  ASSERT_LE(
      into("r", {linked("c", "Patient/a"), linked("a", "Patient/b"), linked("b", "Patient/a")})
          .code,
      1);
  EXPECT_TRUE(is_there("r", "c"));
  ASSERT_LE(
      into("r", {linked("d", "Patient/d"), linked("e", "RelatedPerson/a"), observation("z", "e")})
          .code,
      1);
  EXPECT_TRUE(is_there("r", "d"));
  EXPECT_NE(record("r", "e").find("Observation-z"), std::string::npos);
  // What another night says the other way round.
  ASSERT_LE(into("s", {survivor_, merged_, observation("b", "old")}).code, 1);
  ASSERT_LE(
      into("s",
           {R"({"resourceType":"Patient","id":"old","meta":{"versionId":"3"},"gender":"male"})",
            linked("new", "Patient/old")})
          .code,
      1);
  EXPECT_EQ(is_there("s", "old") + is_there("s", "new"), 1);
  EXPECT_NE((is_there("s", "old") ? record("s", "old") : record("s", "new")).find("Observation-b"),
            std::string::npos);
}

// Two senders' Patient/old are two persons, also where absolute URLs alone tell the senders, and
// one came long before.
TEST_F(MergedPatients, NeverTakeAnotherSendersPatient) {
  const auto bundle = [](const std::string& server, const std::string& id,
                         const std::string& more) {
    return R"({"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"https://)" +
           server + "/fhir/Patient/" + id + R"(","resource":{"resourceType":"Patient","id":")" +
           id + "\"" + more + R"(}},{"fullUrl":"https://)" + server +
           R"(/fhir/Observation/o","resource":{"resourceType":"Observation","id":"o","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/)" +
           id + R"("},"valueString":")" + server + "\"}}]}\n";
  };
  const auto import = [&](const std::string& text) {
    return program_.run(
        {"import", program_.write("delta.ndjson", text), "--into", program_.path("r")});
  };
  ASSERT_EQ(import(bundle("one.example", "old", R"(,"birthDate":"1957")")).code, 0);
  const auto before = program_.read("r/old.json");
  const auto same = import(bundle("two.example", "old", R"(,"birthDate":"1999")"));
  EXPECT_EQ(same.code, 2);
  EXPECT_NE(same.err.find("another sender: https://one.example/fhir"), std::string::npos)
      << same.err;
  EXPECT_EQ(program_.read("r/old.json"), before);
  ASSERT_LE(import(bundle("two.example", "new",
                          R"(,"link":[{"other":{"reference":"Patient/old"},"type":"replaces"}])"))
                .code,
            1);
  EXPECT_EQ(program_.read("r/old.json"), before);
  EXPECT_EQ(program_.read("r/new.json").find("one.example"), std::string::npos)
      << program_.read("r/new.json");
}

TEST_F(MergedPatients, WhoWasReplacedSpeaksAsLongAsNobodyElseDoes) {
  ASSERT_LE(into("r", {merged_, observation("b", "old")}).code, 1);
  EXPECT_NE(record("r", "new").find(R"("value":"1")"), std::string::npos) << record("r", "new");
  ASSERT_LE(into("r", {survivor_}).code, 1);
  EXPECT_EQ(record("r", "new").find(R"("value":"1")"), std::string::npos) << record("r", "new");
  EXPECT_NE(record("r", "new").find(R"("value":"2")"), std::string::npos) << record("r", "new");
  ASSERT_LE(into("r", {merged_}).code, 1);
  EXPECT_NE(record("r", "new").find(R"("value":"2")"), std::string::npos) << record("r", "new");
}

TEST_F(MergedPatients, ADeletionOfAFactFollowsIt) {
  ASSERT_LE(into("r", {former_, observation("b", "old"), observation("c", "old"), survivor_}).code,
            1);
  const auto gone = program_.write(
      "gone.ndjson",
      R"({"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"DELETE","url":"Observation/b"}}]})"
      "\n");
  const auto ended = into("r", {merged_}, {"--deletions", gone});
  EXPECT_LE(ended.code, 1) << ended.err;
  EXPECT_FALSE(is_there("r", "old"));
  EXPECT_EQ(record("r", "new").find("Observation-b"), std::string::npos) << record("r", "new");
  EXPECT_NE(record("r", "new").find("Observation-c"), std::string::npos);
}

}  // namespace
}  // namespace paraneo::cli
