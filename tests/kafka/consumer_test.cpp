#include "kafka/consumer.h"

#include <gtest/gtest.h>

#include <chrono>

#include "mock_cluster.h"

namespace paraneo::kafka {
namespace {

Result<std::optional<std::int64_t>> from_beginning(std::int32_t) {
  return std::optional<std::int64_t>();
}

// Messages until the end of every partition.
std::vector<sync::FeedMessage> read(sync::Feed& consumer, int partitions) {
  std::vector<sync::FeedMessage> messages;
  for (int ended = 0; ended < partitions;) {
    auto message = consumer.poll(1000);
    EXPECT_TRUE(message) << message.error().what;
    if (!message) break;
    if (*message && (*message)->is_end) ++ended;
    else if (*message) messages.push_back(std::move(**message));
  }
  return messages;
}

TEST(Consumer, ReadsFromWhereItIsToldAndNotFromWhatTheGroupCommitted) {
  MockCluster cluster("t", 1);
  cluster.put("k", "v1");
  cluster.put(std::nullopt, "v2");
  cluster.put("k", std::nullopt);
  // The mock broker notices that a member left by its silence only.
  const Options options{
      cluster.brokers(), "t", "g", {"session.timeout.ms=6000", "heartbeat.interval.ms=500"}};
  {
    auto consumer = Consumer::open(options, from_beginning);
    ASSERT_TRUE(consumer) << consumer.error().what;
    const auto ranges = (*consumer)->ranges();
    ASSERT_TRUE(ranges) << ranges.error().what;
    ASSERT_EQ(ranges->size(), 1U);
    EXPECT_EQ((*ranges)[0].high, 3);
    const auto messages = read(**consumer, 1);
    ASSERT_EQ(messages.size(), 3U);
    EXPECT_EQ(messages[0].key, "k");
    EXPECT_EQ(messages[0].value, "v1");
    EXPECT_FALSE(messages[1].key);
    EXPECT_FALSE(messages[2].value);
    EXPECT_TRUE((*consumer)->commit({{0, 3}}));
  }
  auto again = Consumer::open(options, [](std::int32_t) -> Result<std::optional<std::int64_t>> {
    return std::optional<std::int64_t>(1);
  });
  ASSERT_TRUE(again);
  EXPECT_EQ(read(**again, 1).size(), 2U);
}

TEST(Consumer, EndsWithTheErrorOfTheOneWhoSaysWhereToStart) {
  MockCluster cluster("t", 1);
  auto consumer = Consumer::open({cluster.brokers(), "t", "g", {}},
                                 [](std::int32_t) -> Result<std::optional<std::int64_t>> {
                                   return fail(ErrorCode::file_unreadable, "the ledger is gone");
                                 });
  ASSERT_TRUE(consumer);
  while (true) {
    const auto message = (*consumer)->poll(1000);
    if (message) continue;
    EXPECT_EQ(message.error().what, "the ledger is gone");
    break;
  }
}

TEST(Consumer, OutlivesARestartOfTheBroker) {
  MockCluster cluster("t", 1);
  cluster.put("k", "v1");
  auto consumer = Consumer::open({cluster.brokers(), "t", "g", {}}, from_beginning);
  ASSERT_TRUE(consumer);
  ASSERT_EQ(read(**consumer, 1).size(), 1U);
  cluster.stop();
  for (int i = 0; i < 3; ++i) {
    const auto nothing = (*consumer)->poll(100);
    ASSERT_TRUE(nothing) << nothing.error().what;
    ASSERT_FALSE(*nothing);
  }
  cluster.start();
  cluster.put("k", "v2");
  const auto messages = read(**consumer, 1);
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].value, "v2");
}

// librdkafka aborted the program.
TEST(Consumer, LeavesTheGroupWithMessagesUnread) {
  MockCluster cluster("t", 1);
  cluster.put_together({{"k", "v1"}, {"k", "v2"}, {"k", "v3"}});
  auto consumer = Consumer::open({cluster.brokers(), "t", "g", {}}, from_beginning);
  ASSERT_TRUE(consumer);
  std::optional<sync::FeedMessage> first;
  while (!first) {
    auto message = (*consumer)->poll(1000);
    ASSERT_TRUE(message) << message.error().what;
    first = std::move(*message);
  }
}

TEST(Consumer, DoesNotWaitAMinuteToCommitToABrokerThatIsGone) {
  MockCluster cluster("t", 1);
  cluster.put("k", "v1");
  auto consumer = Consumer::open({cluster.brokers(), "t", "g", {}}, from_beginning);
  ASSERT_TRUE(consumer);
  ASSERT_EQ(read(**consumer, 1).size(), 1U);
  cluster.stop();
  const auto begin = std::chrono::steady_clock::now();
  const auto told = (*consumer)->commit({{0, 1}});
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().code, ErrorCode::broker_unreachable);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(30));
}

TEST(TopicInspector, ReadsOnePartitionAfterTheOther) {
  MockCluster cluster("t", 2);
  for (int i = 0; i < 20; ++i) cluster.put("k" + std::to_string(i), std::to_string(i));
  auto visitor = TopicInspector::open({cluster.brokers(), "t", "g", {}});
  ASSERT_TRUE(visitor) << visitor.error().what;
  const auto ranges = (*visitor)->ranges();
  ASSERT_TRUE(ranges) << ranges.error().what;
  ASSERT_EQ(ranges->size(), 2U);
  for (int round = 0; round < 2; ++round)
    for (const std::int32_t partition : {0, 1}) {
      const auto& range = ranges->at(static_cast<std::size_t>(partition));
      ASSERT_GT(range.high, 1);
      ASSERT_TRUE((*visitor)->read(partition, 1));
      const auto messages = read(**visitor, 1);
      ASSERT_EQ(messages.size(), static_cast<std::size_t>(range.high - 1));
      for (std::size_t i = 0; i < messages.size(); ++i) {
        EXPECT_EQ(messages[i].partition, partition);
        EXPECT_EQ(messages[i].offset, static_cast<std::int64_t>(i + 1));
      }
    }
}

TEST(TopicInspector, TakesNothingFromTheMembersOfTheGroup) {
  MockCluster cluster("t", 2);
  for (int i = 0; i < 20; ++i) cluster.put("k" + std::to_string(i), std::to_string(i));
  const Options options{
      cluster.brokers(), "t", "g", {"session.timeout.ms=6000", "heartbeat.interval.ms=500"}};
  int given = 0;
  auto member = Consumer::open(options, [&](std::int32_t) -> Result<std::optional<std::int64_t>> {
    ++given;
    return std::optional<std::int64_t>();
  });
  ASSERT_TRUE(member);
  ASSERT_EQ(read(**member, 2).size(), 20U);
  ASSERT_TRUE((*member)->commit({{0, 1}}));
  ASSERT_EQ(given, 2);
  {
    auto visitor = TopicInspector::open(options);
    ASSERT_TRUE(visitor);
    ASSERT_TRUE((*visitor)->read(0, 0));
    EXPECT_FALSE(read(**visitor, 1).empty());
  }
  // Who lost its partitions, or did not follow another one's coming, may not commit.
  ASSERT_TRUE((*member)->poll(1000));
  EXPECT_TRUE((*member)->commit({{0, 2}}));
  EXPECT_EQ(given, 2);
  EXPECT_EQ(cluster.committed("g"), (std::vector<std::int64_t>{2, kNothingCommitted}));
}

TEST(Consumer, RefusesPropertiesWithoutSayingTheirValues) {
  for (const auto* property : {"nonsense=secret", "security.protocol=secret", "secret",
                               "group.id=secret", "sasl.password=@/nowhere"}) {
    const auto consumer = Consumer::open({"127.0.0.1:1", "t", "g", {property}}, from_beginning);
    ASSERT_FALSE(consumer) << property;
    EXPECT_EQ(consumer.error().fault, Fault::usage);
    EXPECT_EQ(consumer.error().what.find("secret"), std::string::npos) << consumer.error().what;
  }
}

}  // namespace
}  // namespace paraneo::kafka
