#include "sync/reconcile/reader.h"

#include "parts.h"

namespace paraneo::sync {
namespace {

using Kind = Reader::Answer::Kind;

const std::string kFound =
    R"({"response":{"status":"200"},"resource":{"resourceType":"Patient","id":"a","meta":{"versionId":"7"}}})";
const std::string kAbsent = R"({"response":{"status":"404"}})";

class ReaderTest : public testing::Test {
 protected:
  Group two() {
    return group_of({update_of("r", {put("Patient/a"), put("Patient/b")})}, TaskState::unread);
  }
  Reader reader_{kBase, {}};
};

TEST_F(ReaderTest, SeveralAreReadInABatch) {
  auto group = two();
  const auto request = reader_.request(group);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->url, kBase);
  EXPECT_EQ(group.single, nullptr);
  auto reply = bundle(kFound + "," + kAbsent);
  EXPECT_EQ(reader_.answered(group, reply).kind, Kind::heard);
  const auto& tasks = group.units[0]->tasks;
  EXPECT_EQ(tasks[0].etag, "W/\"7\"");
  EXPECT_NE(tasks[0].current.find("\"a\""), std::string::npos);
  EXPECT_EQ(tasks[1].state, TaskState::read);
  EXPECT_TRUE(tasks[1].current.empty());
  EXPECT_FALSE(reader_.request(group));
}

TEST_F(ReaderTest, WhatABatchDoesNotTellIsReadByItself) {
  auto group = two();
  reader_.request(group);
  auto reply = bundle(kFound + R"(,{"response":{"status":"500"}})");
  EXPECT_EQ(reader_.answered(group, reply).kind, Kind::heard);
  const auto request = reader_.request(group);
  ASSERT_TRUE(request);
  EXPECT_TRUE(request->url.ends_with("/Patient/b"));
}

TEST_F(ReaderTest, AfterABatchInAnotherOrderAllAreReadByThemselves) {
  auto group = two();
  reader_.request(group);
  auto reply = bundle(kAbsent + "," + kFound);  // in the place of b
  EXPECT_EQ(reader_.answered(group, reply).kind, Kind::heard);
  EXPECT_EQ(group.count(TaskState::unread), 2U);
  EXPECT_TRUE(reader_.request(group)->url.ends_with("/Patient/a"));
}

TEST_F(ReaderTest, AServerWithoutBatchesIsReadOneByOneFromThenOn) {
  auto group = two();
  reader_.request(group);
  auto reply = reply_of(404, R"({"resourceType":"OperationOutcome"})");
  EXPECT_EQ(reader_.answered(group, reply).kind, Kind::no_batches);
  auto other = two();
  EXPECT_TRUE(reader_.request(other)->url.ends_with("/Patient/a"));
  EXPECT_EQ(other.single, other.units[0]->tasks.data());
}

TEST_F(ReaderTest, AnswersThatDoNotCountFailAndThenBatchesEnd) {
  for (int i = 0; i < 3; ++i) {
    auto group = two();
    EXPECT_EQ(reader_.request(group)->url, kBase);
    auto reply = bundle(kFound);
    EXPECT_EQ(reader_.answered(group, reply).kind, Kind::failed);
  }
  auto group = two();
  EXPECT_NE(reader_.request(group)->url, kBase);
}

TEST_F(ReaderTest, ABusyServerStillHasBatches) {
  for (int i = 0; i < 5; ++i) {
    auto group = two();
    EXPECT_EQ(reader_.request(group)->url, kBase);
    auto reply = reply_of(503);
    EXPECT_EQ(reader_.answered(group, reply).kind, Kind::failed);
  }
}

TEST_F(ReaderTest, OneByItself) {
  const auto ask = [&](rest::Reply reply, Task& after) {
    auto group = group_of({update_of("r", {put("Patient/a")})}, TaskState::unread);
    reader_.request(group);
    const auto answer = reader_.answered(group, reply);
    after = group.units[0]->tasks[0];
    return answer;
  };
  Task task;
  const std::string patient = R"({"resourceType":"Patient","id":"a","meta":{"versionId":"9"}})";
  const auto etag_after = [&](const char* etag) {
    EXPECT_EQ(ask(reply_of(200, patient, "application/fhir+json", etag), task).kind, Kind::heard);
    return task.etag;
  };
  EXPECT_EQ(etag_after("\"9\""), "\"9\"");  // as the server writes it
  EXPECT_EQ(etag_after("W/\"9-gzip\""), "W/\"9\"");
  EXPECT_EQ(ask(reply_of(200, patient), task).kind, Kind::heard);
  EXPECT_EQ(task.etag, "W/\"9\"");
  const auto gone = ask(reply_of(410), task);
  EXPECT_EQ(gone.kind, Kind::heard);
  EXPECT_TRUE(gone.only_absent);
  EXPECT_EQ(task.state, TaskState::read);
  EXPECT_EQ(ask(page(404), task).kind, Kind::failed);
  EXPECT_EQ(ask(reply_of(200, "no JSON"), task).kind, Kind::failed);
  EXPECT_EQ(task.state, TaskState::unread);
  const auto another = ask(reply_of(200, R"({"resourceType":"Patient","id":"b"})"), task);
  EXPECT_EQ(another.kind, Kind::not_allowed);
  EXPECT_NE(another.error.what.find("another resource"), std::string::npos);
  EXPECT_EQ(task.state, TaskState::unread);
  EXPECT_EQ(ask(reply_of(403), task).kind, Kind::not_allowed);
  EXPECT_EQ(
      ask(reply_of(200, R"({"resourceType":"Patient","meta":{"versionId":"1\r\nX: y"}})"), task)
          .error.fault,
      Fault::server);
}

}  // namespace
}  // namespace paraneo::sync
