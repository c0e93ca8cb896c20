#include "sync/reconcile/writer.h"

#include "parts.h"

namespace paraneo::sync {
namespace {

using Told = Writer::Told;

class WriterTest : public testing::Test {
 protected:
  Group group(int records) {
    std::vector<RecordUpdate> updates;
    for (int i = 0; i < records; ++i)
      updates.push_back(update_of("r" + std::to_string(i), {put("Patient/" + std::to_string(i))}));
    return group_of(std::move(updates), TaskState::to_write);
  }
  Told told(const rest::Reply& reply) {
    answers_.clear();
    return writer_.answered(group(1), reply, answers_);
  }
  Writer writer_{{kBase, 3, 8, 12, {}}};
  std::vector<rest::EntryAnswer> answers_;
};

TEST_F(WriterTest, OnlyWhatIsToBeWrittenGoesWithItsVersion) {
  auto all = group(2);
  all.units[0]->tasks[0].etag = "W/\"3\"";
  all.units[1]->tasks[0].state = TaskState::done;
  const auto request = writer_.request(all);
  EXPECT_NE(request.body.find(R"("ifMatch":"W/\"3\"")"), std::string::npos);
  EXPECT_NE(request.body.find("Patient/0"), std::string::npos);
  EXPECT_EQ(request.body.find("Patient/1"), std::string::npos);
}

TEST_F(WriterTest, WhatAnswersMean) {
  EXPECT_EQ(told(bundle(R"({"response":{"status":"201","etag":"W/\"1\""}})")), Told::written);
  ASSERT_EQ(answers_.size(), 1U);
  EXPECT_EQ(answers_[0].etag, "W/\"1\"");
  EXPECT_EQ(told(bundle("")), Told::broken);
  EXPECT_EQ(told(bundle(R"({"response":{"status":"500"}})")), Told::broken);
  EXPECT_EQ(told(page(200)), Told::broken);
  EXPECT_EQ(told(page(404)), Told::broken);
  EXPECT_EQ(told(reply_of(500)), Told::broken);
  EXPECT_EQ(told(reply_of(409)), Told::conflict);
  EXPECT_EQ(told(reply_of(412)), Told::conflict);
  EXPECT_EQ(told(reply_of(429)), Told::held_off);
  EXPECT_EQ(told(reply_of(503)), Told::busy);
  EXPECT_EQ(told(reply_of(502)), Told::broken);  // a gateway's: it may be the record that is
  EXPECT_EQ(told(reply_of(504)), Told::broken);  // not survived
  EXPECT_EQ(told(bundle(R"({"response":{"status":"202"}})")), Told::broken);  // not done yet
  EXPECT_EQ(told(reply_of(422)), Told::refused);
  EXPECT_EQ(told(reply_of(413)), Told::refused);
}

TEST_F(WriterTest, TheRecordThatBreaksTheServerIsLookedForAndGivenUp) {
  auto two = group(2);
  auto reply = reply_of(500, "x");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(writer_.before(two), Writer::Go::send);
    EXPECT_TRUE(writer_.broke_on(two, reply));
  }
  EXPECT_EQ(writer_.before(two), Writer::Go::cut);
  EXPECT_TRUE(two.last_broken.body.empty());
  two.units.pop_back();
  for (int i = 0; i < 5; ++i) writer_.broke_on(two, reply);
  EXPECT_EQ(writer_.before(two), Writer::Go::send);  // the server may be what is broken
  EXPECT_EQ(told(bundle(R"({"response":{"status":"201"}})")), Told::written);
  EXPECT_EQ(writer_.before(two), Writer::Go::give_up);
}

TEST_F(WriterTest, AnswersAreBelievedAboutWhatTheyNameRatherThanInTheirOrder) {
  const auto two = group(2);
  const auto told_of = [&](const std::string& entries) {
    answers_.clear();
    return writer_.answered(two, bundle(entries), answers_);
  };
  const std::string first =
      R"({"response":{"status":"200","location":"https://h/r4/Patient/0/_history/7"}})";
  const std::string second = R"({"response":{"status":"201","location":"Patient/1/_history/1"}})";
  const std::string stranger =
      R"({"response":{"status":"201","location":"Patient/77/_history/1"}})";
  const std::string silent = R"({"response":{"status":"200"}})";
  EXPECT_EQ(told_of(second + "," + first), Told::written);
  EXPECT_EQ(answers_[0].etag, "W/\"7\"");
  EXPECT_EQ(answers_[1].etag, "W/\"1\"");
  EXPECT_EQ(told_of(silent + "," + second), Told::written);
  EXPECT_EQ(told_of(second + "," + silent), Told::broken);
  EXPECT_EQ(told_of(first + "," + first), Told::broken);
  EXPECT_EQ(told_of(first + "," + stranger), Told::elsewhere);
}

TEST_F(WriterTest, NoAnswerCountsAsABrokenOne) {
  auto two = group(2);
  const Error lost = fail(ErrorCode::connection_lost, "lost");
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(writer_.lost_on(two, lost));
  EXPECT_EQ(writer_.before(two), Writer::Go::cut);
  EXPECT_EQ(two.lost->what, "lost");
  auto reply = reply_of(500);
  writer_.broke_on(two, reply);
  EXPECT_FALSE(two.lost);
  for (int i = 5; i < 12; ++i) EXPECT_TRUE(writer_.held_up());
  EXPECT_FALSE(writer_.held_up());
}

TEST_F(WriterTest, WritesThatFailInARowEndTheRun) {
  auto one = group(1);
  auto reply = reply_of(500);
  for (int i = 1; i < 12; ++i) EXPECT_TRUE(writer_.broke_on(one, reply));
  EXPECT_FALSE(writer_.broke_on(one, reply));
  told(bundle(R"({"response":{"status":"201"}})"));
  EXPECT_TRUE(writer_.broke_on(one, reply));
}

}  // namespace
}  // namespace paraneo::sync
