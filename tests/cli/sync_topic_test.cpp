// The verb sync on a topic of Kafka, against librdkafka's mock broker and the sandbox.
#include <gtest/gtest.h>

#include "case_record.h"
#include "kafka/mock_cluster.h"
#include "program.h"

namespace paraneo::cli {
namespace {

class SyncTopic : public testing::Test {
 protected:
  SyncTopic() : program_(testing::UnitTest::GetInstance()->current_test_info()->name()) {}
  Ended sync(const std::vector<std::string>& action) { return program_.run(words(action)); }
  std::vector<std::string> words(const std::vector<std::string>& action) {
    if (base_.empty()) base_ = program_.sandbox();
    std::vector<std::string> all{"sync"};
    all.insert(all.end(), action.begin(), action.end());
    all.insert(all.end(), {"--ledger", program_.path("ledger.sqlite")});
    if (looks_into_the_ledger_only(action)) return all;
    for (const auto& word : program_.connection(base_)) all.push_back(word);
    all.insert(all.end(), {"--kafka-brokers", cluster_.brokers(), "--kafka-topic", "cases"});
    // The mock broker notices only by its silence that a member left: a group for each run. Where
    // a run begins is the ledger's to say.
    all.insert(all.end(), {"--kafka-group", "g" + std::to_string(++groups_)});
    return all;
  }
  // Somebody else's change of the server's copies of this value.
  void overwrite(const std::string& value, const std::string& with) {
    auto text = all();
    const auto from = "\"value\":" + value + ",";
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos) << text;
    const auto begin = text.rfind('\n', at) + 1;
    text = text.substr(begin, text.find('\n', at) - begin);
    text.replace(text.find(from), from.size(), "\"value\":" + with + ",");
    std::vector<std::string> arguments{"push", program_.write("theirs.ndjson", text + "\n")};
    for (const auto& word : program_.connection(base_)) arguments.push_back(word);
    ASSERT_EQ(program_.run(arguments).code, 0);
  }
  bool server_has(const std::string& value) {
    return all().find("\"value\":" + value + ",") != std::string::npos;
  }
  std::string all() {
    std::vector<std::string> arguments{"pull"};
    for (const auto& word : program_.connection(base_)) arguments.push_back(word);
    return program_.run(arguments).out;
  }
  Program program_;
  kafka::MockCluster cluster_{"cases", 2};
  std::string base_;
  int groups_ = 0;
};

TEST_F(SyncTopic, SendsWhatIsNewAndRetractsWhatATombstoneNames) {
  cluster_.put_together(
      {{"key-0", case_record("case-0", "1")}, {"key-0", case_record("case-0", "2")}});
  for (int i = 1; i < 5; ++i) cluster_.put("key-" + std::to_string(i), case_record(i, "1"));
  auto done = sync({"run", "--once"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(done.err.find("created 10, updated 0"), std::string::npos) << done.err;
  EXPECT_EQ(done.err.find("key-"), std::string::npos) << done.err;
  done = sync({"run"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(done.err.find("0 sent, 0 untouched"), std::string::npos) << done.err;

  cluster_.put("key-1", case_record("case-1", "1"));  // sent again as it was
  cluster_.put("key-2", case_record("case-2", "3"));
  cluster_.put("key-3", std::nullopt);
  cluster_.put("key-9", std::nullopt);                 // never heard of
  cluster_.put("key-4", case_record("case-4b", "1"));  // another record in the place of the old one
  done = sync({"run"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(done.err.find("1 untouched"), std::string::npos) << done.err;
  EXPECT_NE(done.err.find("created 2, updated 1, retracted 4"), std::string::npos) << done.err;
}

TEST_F(SyncTopic, PlansWhatARunDoesThen) {
  for (int i = 0; i < 5; ++i) cluster_.put("key-" + std::to_string(i), case_record(i, "1"));
  auto plan = sync({"plan"});
  EXPECT_EQ(plan.code, 0) << plan.err;
  EXPECT_NE(plan.err.find("5 to send, 0 vanished"), std::string::npos) << plan.err;
  EXPECT_NE(plan.err.find("10 to create"), std::string::npos) << plan.err;
  EXPECT_EQ(plan.err.find("key-"), std::string::npos) << plan.err;
  EXPECT_FALSE(std::filesystem::exists(program_.path("ledger.sqlite")));  // looking makes none
  ASSERT_EQ(sync({"run"}).code, 0);
  EXPECT_EQ(sync({"plan"}).out, "");

  cluster_.put("key-1", case_record("case-1", "1"));  // sent again as it was
  cluster_.put_together(
      {{"key-2", case_record("case-2", "2")}, {"key-2", case_record("case-2", "3")}});
  cluster_.put("key-3", std::nullopt);
  cluster_.put("key-9", std::nullopt);                 // never heard of
  cluster_.put("key-4", case_record("case-4b", "1"));  // another record in the place of the old one
  cluster_.put(std::nullopt, case_record("case-5", "1"));
  cluster_.put("a", "no JSON");
  plan = sync({"plan"});
  EXPECT_EQ(plan.code, 1) << plan.err;
  EXPECT_NE(plan.err.find("3 to send, 2 vanished, 1 untouched, 0 waiting, 1 refused"),
            std::string::npos)
      << plan.err;
  EXPECT_NE(plan.err.find("4 to create, 1 to change, 4 to retract"), std::string::npos) << plan.err;
  EXPECT_NE(plan.out.find("(record case-2)\n    valueQuantity.value: 1 -> 3\n"), std::string::npos)
      << plan.out;
  EXPECT_NE(plan.out.find("(message cases["), std::string::npos) << plan.out;
  EXPECT_EQ(sync({"plan"}).out, plan.out);
  const auto json = sync({"plan", "--json"}).out;
  EXPECT_NE(json.find(R"({"action":"refuse","place":"cases key )"), std::string::npos) << json;
  EXPECT_NE(json.find(R"("fields":[{"path":"valueQuantity.value","before":1,"after":3}])"),
            std::string::npos)
      << json;

  const auto plans = {1, 3, 4, 5, 6};  // 2 is the run's
  for (const int group : plans)
    EXPECT_EQ(cluster_.committed("g" + std::to_string(group)),
              std::vector(2, kafka::kNothingCommitted))
        << group;
  const auto done = sync({"run"});
  EXPECT_EQ(done.code, 1) << done.err;
  EXPECT_NE(done.err.find("created 4, updated 1, retracted 4"), std::string::npos) << done.err;
}

TEST_F(SyncTopic, PlansWhatWasLetGoUntilTheTopicSaysMore) {
  cluster_.put("a", case_record("case-a", "10"));
  cluster_.put("b", case_record("case-b", "20"));
  ASSERT_EQ(sync({"run"}).code, 0);
  overwrite("10", "11");
  overwrite("20", "21");
  cluster_.put("a", case_record("case-a", "12"));
  cluster_.put("b", case_record("case-b", "22"));
  ASSERT_EQ(sync({"run"}).code, 5);
  EXPECT_EQ(sync({"plan"}).out, "");  // they wait for a person
  ASSERT_EQ(sync({"retry", "--all", "--resolve", "ours"}).code, 0);
  auto plan = sync({"plan"}).out;
  EXPECT_NE(plan.find("valueQuantity.value: 11 -> 12"), std::string::npos) << plan;
  EXPECT_NE(plan.find("valueQuantity.value: 21 -> 22"), std::string::npos) << plan;
  cluster_.put("a", case_record("case-a", "13"));
  plan = sync({"plan"}).out;
  EXPECT_EQ(plan.find("11 -> 12"), std::string::npos) << plan;
  EXPECT_NE(plan.find("valueQuantity.value: 11 -> 13"), std::string::npos) << plan;
  EXPECT_NE(plan.find("valueQuantity.value: 21 -> 22"), std::string::npos) << plan;
}

TEST_F(SyncTopic, ABadMessageIsADeadLetterUntilItsKeyGetsAnother) {
  cluster_.put("a", "no JSON");
  cluster_.put(
      "b",
      R"({"resourceType":"CaseRecord","version":"1","id":"case-b","subject":{"sex":"nonsense"}})");
  cluster_.put("c", case_record("case-c", "1"));
  cluster_.put(std::nullopt, std::nullopt);
  auto done = sync({"run"});
  EXPECT_EQ(done.code, 1) << done.err;
  EXPECT_NE(done.err.find("created 2"), std::string::npos) << done.err;
  const auto status = sync({"status", "--json"}).out;
  EXPECT_NE(status.find(R"("record":"case-b")"), std::string::npos) << status;
  EXPECT_NE(status.find("(message cases["), std::string::npos) << status;
  cluster_.put("a", case_record("case-a", "1"));
  cluster_.put("b", case_record("case-b", "1"));
  done = sync({"run"});
  EXPECT_NE(done.err.find("created 4"), std::string::npos) << done.err;
  const auto after = sync({"status", "--json"}).out;
  EXPECT_EQ(after.find("case-b"), std::string::npos) << after;
  EXPECT_EQ(after.find("cases key"), std::string::npos) << after;
}

TEST_F(SyncTopic, RetryTakesUpWhatTheTopicDoesNotSayAgain) {
  cluster_.put("a", case_record("case-a", "10"));
  cluster_.put("b", case_record("case-b", "20"));
  cluster_.put("c", case_record("case-c", "30"));
  cluster_.put(
      "d",
      R"({"resourceType":"CaseRecord","version":"1","id":"case-d","subject":{"sex":"nonsense"}})");
  ASSERT_EQ(sync({"run"}).code, 1);
  overwrite("10", "11");
  overwrite("20", "21");
  overwrite("30", "31");
  cluster_.put("a", case_record("case-a", "12"));
  cluster_.put("b", case_record("case-b", "22"));
  cluster_.put("c", std::nullopt);
  auto done = sync({"run"});
  ASSERT_EQ(done.code, 5) << done.err;
  EXPECT_NE(done.err.find("updated 0, retracted 1"), std::string::npos) << done.err;  // what nobody
                                                                                      // else
                                                                                      // changed of
                                                                                      // case-c
  ASSERT_EQ(sync({"retry", "case-a", "--resolve", "ours"}).code, 0);
  ASSERT_EQ(sync({"retry", "case-b", "--resolve", "theirs"}).code, 0);
  ASSERT_EQ(sync({"retry", "case-c", "--resolve", "ours"}).code, 0);
  ASSERT_EQ(sync({"retry", "case-d"}).code, 0);
  done = sync({"run"});
  EXPECT_EQ(done.code, 1) << done.err;  // case-d is what it was
  EXPECT_NE(done.err.find("updated 1, retracted 1"), std::string::npos) << done.err;
  EXPECT_TRUE(server_has("12"));
  EXPECT_TRUE(server_has("21"));
  const auto status = sync({"status", "--json"}).out;
  EXPECT_NE(status.find(R"("records_active":2,"records_dead":1,"records_parked":0)"),
            std::string::npos)
      << status;
  ASSERT_EQ(sync({"drop", "case-d"}).code, 0);
  done = sync({"run"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(done.err.find("0 sent"), std::string::npos) << done.err;
}

TEST_F(SyncTopic, WatchesUntilItIsToldToEnd) {
  cluster_.put("a", case_record("case-a", "1"));
  bool second = false;
  const auto ended = program_.run_and_terminate_when(
      words({"run", "--watch", "1", "--metrics", program_.path("metrics")}), [&] {
        const auto text = program_.read("metrics");
        if (!second && text.find("created\"} 2\n") != std::string::npos) {
          cluster_.put("b", case_record("case-b", "1"));
          second = true;
        }
        return text.find("created\"} 4\n") != std::string::npos;
      });
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_NE(ended.err.find("created 4"), std::string::npos) << ended.err;
  // Each batch counts once.
  const auto metrics = program_.read("metrics");
  EXPECT_NE(metrics.find("resources_written_total{action=\"created\"} 4\n"), std::string::npos)
      << metrics;
}

TEST_F(SyncTopic, AWatchOutlivesARestartOfTheBrokers) {
  cluster_.put("a", case_record("case-a", "1"));
  auto run = words({"run", "--watch", "1", "--metrics", program_.path("metrics")});
  // The mock broker notices by its silence who left while it was away.
  run.insert(run.end(), {"--kafka-property", "session.timeout.ms=6000", "--kafka-property",
                         "heartbeat.interval.ms=500"});
  enum { running, stopped, started } broker = running;
  const auto ended = program_.run_and_terminate_when(run, [&] {
    const auto text = program_.read("metrics");
    if (broker == running && text.find("created\"} 2\n") != std::string::npos) {
      cluster_.stop();
      broker = stopped;
    } else if (broker == stopped &&
               program_.read("stderr").find("check the brokers") != std::string::npos) {
      cluster_.start();
      // The old one has seen it go and takes its time to come back.
      kafka::Producer another("cases", "bootstrap.servers", cluster_.brokers());
      another.put("b", case_record("case-b", "1"));
      another.flush();
      broker = started;
    }
    return text.find("created\"} 4\n") != std::string::npos;
  });
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_NE(ended.err.find("created 4"), std::string::npos) << ended.err;
}

TEST_F(SyncTopic, SaysThatTheBrokersAreGone) {
  cluster_.put("a", case_record("case-a", "1"));
  bool stopped = false;
  const auto ended = program_.run_and_terminate_when(
      words({"run", "--watch", "1", "--metrics", program_.path("metrics")}), [&] {
        if (!stopped && program_.read("metrics").find("created\"} 2\n") != std::string::npos) {
          cluster_.stop();
          stopped = true;
        }
        return program_.read("stderr").find("check the brokers") != std::string::npos;
      });
  EXPECT_EQ(ended.code, 3) << ended.err;
  EXPECT_NE(ended.err.find("created 2"), std::string::npos) << ended.err;
  const auto plan = sync({"plan"});
  EXPECT_EQ(plan.code, 3) << plan.err;
  EXPECT_EQ(plan.out, "");
  EXPECT_NE(plan.err.find("Kafka: "), std::string::npos) << plan.err;
}

TEST_F(SyncTopic, ATopicThatWasMadeAnewAndOneThatIsNotThereAreSaid) {
  cluster_.put("a", case_record("case-a", "1"));
  ASSERT_EQ(sync({"run"}).code, 0);
  kafka::MockCluster anew("cases", 2);
  for (const auto* action : {"run", "plan"}) {
    auto words_of_other = words({action});
    for (auto& word : words_of_other)
      if (word == cluster_.brokers()) word = anew.brokers();
    const auto done = program_.run(words_of_other);
    EXPECT_EQ(done.code, 2) << done.err;
    EXPECT_NE(done.err.find("made anew"), std::string::npos) << done.err;
  }
  const auto half = program_.run({"sync", "run", "--server", base_, "--kafka-topic", "x"});
  EXPECT_EQ(half.code, 2);
  EXPECT_NE(half.err.find("--kafka-brokers"), std::string::npos);
}

}  // namespace
}  // namespace paraneo::cli
