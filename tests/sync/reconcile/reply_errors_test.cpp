#include "sync/reconcile/reply_errors.h"

#include "parts.h"

namespace paraneo::sync {
namespace {

class ReplyErrorsTest : public testing::Test {
 protected:
  Group group(Delivery delivery, std::vector<Operation> operations) {
    auto update = update_of("", std::move(operations));
    update.delivery = delivery;
    return group_of({std::move(update)}, TaskState::to_write);
  }
  ReplyErrors errors_{kBase, rest::ServerWords::left_out, {}};
};

TEST_F(ReplyErrorsTest, TheRequestIsNamedThatWasRefused) {
  auto one = group(Delivery::apart, {put("Patient/a")});
  one.writing = true;
  const auto written = errors_.of(one, reply_of(422));
  EXPECT_NE((written.what + written.where).find("PUT"), std::string::npos);
  EXPECT_NE((written.what + written.where).find("/Patient/a"), std::string::npos);
  one.writing = false;
  one.single = one.units[0]->tasks.data();
  const auto read = errors_.of(one, reply_of(403));
  EXPECT_NE((read.what + read.where).find("GET"), std::string::npos);
  auto whole = group(Delivery::whole, {put("Patient/a"), put("Patient/b")});
  whole.writing = true;
  const auto together = errors_.of(whole, reply_of(422));
  EXPECT_NE((together.what + together.where).find("POST"), std::string::npos);
}

TEST_F(ReplyErrorsTest, WhatCannotBePartedSaysSo) {
  auto whole = group(Delivery::whole, {put("Patient/a"), put("Patient/b")});
  EXPECT_NE(errors_.of(*whole.units[0], reply_of(413)).what.find("cannot be parted"),
            std::string::npos);
}

TEST_F(ReplyErrorsTest, ASuccessWithoutAWordAboutEachIsUnclear) {
  auto whole = group(Delivery::whole, {put("Patient/a")});
  EXPECT_NE(errors_.of(*whole.units[0], bundle("")).what.find("does not say what it did"),
            std::string::npos);
  EXPECT_NE(errors_.of(*whole.units[0], bundle(R"({"response":{"status":"200","etag":"W/\r\n"}})"))
                .what.find("version"),
            std::string::npos);
}

}  // namespace
}  // namespace paraneo::sync
