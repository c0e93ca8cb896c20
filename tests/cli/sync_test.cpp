// What a run of sync sends, parks, refuses, and how it ends.
#include <algorithm>

#include "sync_program.h"
#include "store/database.h"

namespace paraneo::cli {
namespace {

namespace fs = std::filesystem;

class Sync : public SyncTest {};

TEST_F(Sync, PlansSendsAndThenHasNothingToDo) {
  const auto base = program_.sandbox();
  configure(base);
  for (int i = 0; i < 6; ++i) put(i, record(i, "26.0"));
  auto done = sync({"plan"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_EQ(done.out.find("create Patient/"), 0U);
  EXPECT_NE(done.err.find("18 to create"), std::string::npos) << done.err;
  EXPECT_EQ(all(base), "");
  done = sync({"run", "--once", "--metrics", program_.path("metrics.prom")});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(done.err.find("created 18, updated 0"), std::string::npos) << done.err;
  EXPECT_NE(
      program_.read("metrics.prom").find("paraneo_sync_resources_sent{action=\"created\"} 18\n"),
      std::string::npos);
  done = sync({"run"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(done.err.find("6 untouched"), std::string::npos) << done.err;
  EXPECT_NE(done.err.find("created 0, updated 0"), std::string::npos);

  put(0, record(0, "27"));
  put(1, record(1, "26.0", false));
  done = sync({"plan"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(done.out.find("valueQuantity.value: 26.0 -> 27"), std::string::npos) << done.out;
  EXPECT_NE(done.out.find("retract Observation/"), std::string::npos);
  done = sync({"run"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(done.err.find("created 0, updated 1, retracted 1"), std::string::npos) << done.err;
  EXPECT_NE(all(base).find("\"status\":\"entered-in-error\""), std::string::npos);
  EXPECT_EQ(done.err.find("case-"), std::string::npos);
  EXPECT_EQ(sync({"status"}).code, 0);
}

TEST_F(Sync, AShrunkenSourceStopsTheRun) {
  const auto base = program_.sandbox();
  configure(base);
  for (int i = 0; i < 4; ++i) put(i, record(i, "1"));
  ASSERT_EQ(sync({"run"}).code, 0);
  const auto before = all(base);
  for (int i = 1; i < 4; ++i) fs::remove(program_.path("records/" + std::to_string(i) + ".json"));
  auto done = sync({"run"});
  EXPECT_EQ(done.code, 5);
  EXPECT_NE(done.err.find("3 of 4 known records"), std::string::npos) << done.err;
  EXPECT_EQ(all(base), before);
  done = sync({"run", "--shrink-max", "100", "--on-vanish", "delete"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(done.err.find("retracted 9"), std::string::npos) << done.err;
  const auto after = all(base);
  EXPECT_EQ(std::count(after.begin(), after.end(), '\n'), 3);
}

// Another namespace is another id for every resource: that is for a person to decide.
TEST_F(Sync, AnotherNamespaceIsNoSilentSecondCopy) {
  const auto base = program_.sandbox();
  configure(base, "namespace = 'https://doi.org'\nshrink-max = 100\n");
  put(1, record(1, "1"));
  ASSERT_EQ(sync({"run"}).code, 0);
  const auto before = all(base);
  configure(base, "shrink-max = 100\n");
  const auto plan = sync({"plan"});
  EXPECT_NE(
      plan.err.find("1 record of this source is in the ledger under the namespace https://doi.org"),
      std::string::npos)
      << plan.err;
  EXPECT_NE(plan.err.find("with --namespace https://doi.org the ids stay"), std::string::npos)
      << plan.err;
  const auto refused = sync({"run"});
  EXPECT_EQ(refused.code, 2) << refused.err;
  EXPECT_EQ(all(base), before);
  configure(base, "namespace = 'https://doi.org'\nshrink-max = 100\n");
  EXPECT_NE(sync({"run"}).err.find("created 0, updated 0, retracted 0"), std::string::npos);
  configure(base, "shrink-max = 100\n");
  const auto done = sync({"run", "--change-namespace", "--on-vanish", "delete"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(done.err.find("retracted 3"), std::string::npos) << done.err;
  EXPECT_EQ(sync({"run"}).code, 0);
}

TEST_F(Sync, SomebodyElsesChangeIsParkedShownAndSettled) {
  const auto base = program_.sandbox();
  configure(base, "shrink-max = 100\n");
  put(1, record(1, "1", false));
  ASSERT_EQ(sync({"run"}).code, 0);
  auto theirs = all(base);
  theirs.erase(0, theirs.find("{\"resourceType\":\"Observation\""));
  theirs.replace(theirs.find("\"value\":1"), 9, "\"value\":5");
  ASSERT_EQ(push_there(base, theirs), 0);

  put(1, record(1, "2", false));
  EXPECT_EQ(sync({"run"}).code, 5);
  EXPECT_NE(all(base).find("\"value\":5"), std::string::npos);
  auto status = sync({"status"});
  EXPECT_EQ(status.code, 5);
  EXPECT_NE(status.out.find("valueQuantity.value: theirs 5, ours 2"), std::string::npos)
      << status.out;
  EXPECT_EQ(sync({"run"}).code, 5);  // waits for a person
  EXPECT_EQ(sync({"retry", "--all", "--resolve", "ours"}).code, 0);
  const auto settled = sync({"run"});
  EXPECT_EQ(settled.code, 0) << settled.err;
  EXPECT_NE(all(base).find("\"value\":2"), std::string::npos);
  EXPECT_EQ(sync({"status"}).code, 0);
}

TEST_F(Sync, ABadRecordIsADeadLetterAndTheOthersGoThrough) {
  const auto base = program_.sandbox();
  configure(base);
  for (int i = 0; i < 3; ++i) put(i, record(i, "1"));
  put(3,
      R"({"resourceType":"CaseRecord","version":"1","id":"case-3","subject":{"sex":"nonsense"}})");
  auto done = sync({"run"});
  EXPECT_EQ(done.code, 1) << done.err;
  EXPECT_NE(done.err.find("created 9"), std::string::npos) << done.err;
  const auto status = sync({"status", "--json"});
  EXPECT_EQ(status.code, 1);
  EXPECT_NE(status.out.find(R"("kind":"dead","record":"case-3")"), std::string::npos) << status.out;
  EXPECT_EQ(sync({"drop", "case-3"}).code, 0);
  EXPECT_EQ(sync({"status"}).code, 0);
  EXPECT_EQ(sync({"run"}).code, 0);
  put(3, record(3, "1"));
  done = sync({"run"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(done.err.find("created 3"), std::string::npos) << done.err;
}

// Somebody deleted there what the ledger takes for there: a refused record may be refused for just
// that.
TEST_F(Sync, ARetriedDeadLetterLooksAtAllOfItsRecord) {
  const auto base = program_.sandbox();
  configure(base);
  put(1, record(1, "1"));
  ASSERT_EQ(sync({"run"}).code, 0);
  const auto complete = all(base);
  put(1,
      R"({"resourceType":"CaseRecord","version":"1","id":"case-1","subject":{"sex":"nonsense"}})");
  ASSERT_EQ(sync({"run"}).code, 1);
  const auto patient = complete.find(R"("resourceType":"Patient","id":")");
  ASSERT_NE(patient, std::string::npos) << complete;
  const auto id = complete.substr(patient + 31, 36);
  ASSERT_EQ(delete_there(base, "Patient/" + id), 0);
  put(1, record(1, "1"));
  ASSERT_EQ(sync({"retry", "--all"}).code, 0);
  EXPECT_EQ(sync({"run"}).code, 5);
  EXPECT_NE(sync({"status"}).out.find("Patient/" + id), std::string::npos);
  ASSERT_EQ(sync({"retry", "--all", "--resolve", "ours"}).code, 0);
  EXPECT_EQ(sync({"run"}).code, 0);
  EXPECT_NE(all(base).find(R"("resourceType":"Patient","id":")" + id), std::string::npos);
}

TEST_F(Sync, AnUnknownRecordIsNamedAndNothingIsDone) {
  configure(program_.sandbox());
  put(1,
      "{\"resourceType\":\"CaseRecord\",\"version\":\"1\",\"id\":\"bad\",\"subject\":{\"sex\":\"nonsense\"}}");
  EXPECT_EQ(sync({"run"}).code, 1);
  for (const auto* action : {"retry", "drop"}) {
    const auto done = sync({action, "bad", "bda"});
    EXPECT_EQ(done.code, 2);
    EXPECT_NE(done.err.find("unknown: no dead letter and no parked record is called bda"),
              std::string::npos)
        << done.err;
  }
  EXPECT_NE(sync({"status"}).out.find("dead  bad"), std::string::npos);
  EXPECT_EQ(sync({"drop", "bad"}).code, 0);
  EXPECT_EQ(sync({"drop", "--all"}).code, 0);
}

TEST_F(Sync, ReadsStandardInputAndDatabases) {
  const auto base = program_.sandbox();
  program_.write("paraneo.toml", "[sync]\nserver = \"" + base + "\"\ncertificate-authority = \"" +
                                     program_.path("tls/ca.crt") + "\"\nledger = \"" +
                                     program_.path("ledger.sqlite") + "\"\n");
  const auto done =
      program_.run(words({"run", "--source", "-"}), record(1, "1") + "\n" + record(2, "1") + "\n");
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(done.err.find("created 6"), std::string::npos) << done.err;
  const auto again =
      program_.run(words({"run", "--source", "-"}), record(2, "1") + "\n" + record(1, "1") + "\n");
  EXPECT_NE(again.err.find("2 untouched"), std::string::npos) << again.err;
  {
    auto database = store::Database::open(program_.path("cases.sqlite"));
    ASSERT_TRUE(database->script("CREATE TABLE c (id TEXT, body TEXT)"));
    ASSERT_TRUE(
        database->run("INSERT INTO c VALUES ('x', ?), ('y', ?)", {record(8, "1"), record(9, "1")}));
  }
  const auto rows = sync({"run", "--source-database", program_.path("cases.sqlite"),
                          "--source-query", "SELECT body, id FROM c"});
  EXPECT_EQ(rows.code, 0) << rows.err;
  EXPECT_NE(rows.err.find("created 6"), std::string::npos) << rows.err;
  const auto none = sync({"run"});
  EXPECT_EQ(none.code, 2);
  EXPECT_NE(none.err.find("--source"), std::string::npos);
}

TEST_F(Sync, GoesByWhatProbeFoundUnlessToldOtherwise) {
  const auto base = program_.sandbox();
  const auto probed_with = [&](const std::string& key, const std::string& value) {
    std::vector<std::string> probe{"probe"};
    for (const auto& word : program_.connection(base)) probe.push_back(word);
    EXPECT_EQ(program_.run(probe).code, 0);
    for (const auto& file : fs::directory_iterator(program_.path("state/paraneo"))) {
      const auto name = "state/paraneo/" + file.path().filename().string();
      auto text = program_.read(name);
      const auto at = text.find("\"" + key + "\": \"") + key.size() + 5;
      text.replace(at, text.find('"', at) - at, value);
      program_.write(name, text);
    }
  };
  configure(base);
  for (int i = 0; i < 6; ++i) put(i, record(i, "1"));
  probed_with("transactionEntries", "3");
  auto done = sync({"run", "--log", "json"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(done.err.find("transactions of 3 resources, with If-Match"), std::string::npos)
      << done.err;
  EXPECT_NE(done.err.find(R"("requests":6,)"), std::string::npos) << done.err;  // each of six is
                                                                                // written if it is
                                                                                // not there
  put(0, record(0, "2"));
  probed_with("ifMatch", "ignored");
  done = sync({"run", "--transaction-entries", "50", "--log", "json"});
  EXPECT_NE(done.err.find("transactions of 50 resources, without If-Match"), std::string::npos)
      << done.err;
  EXPECT_NE(done.err.find(R"("requests":2,)"), std::string::npos) << done.err;
  put(0, record(0, "3"));
  configure(base, "if-match = true\n");
  done = sync({"run", "--log", "json"});
  EXPECT_NE(done.err.find("with If-Match"), std::string::npos) << done.err;
  EXPECT_NE(done.err.find(R"("requests":1,)"), std::string::npos) << done.err;
  configure(base);
  probed_with("updateAsCreate", "no");
  done = sync({"run"});
  EXPECT_EQ(done.code, 3) << done.err;
}

TEST_F(Sync, AWrongPathEndsItAtOnce) {
  const auto base = program_.sandbox({"--log-requests"});
  configure(base + "/wrong");
  for (int i = 0; i < 100; ++i) put(i, record(i, "1"));
  const auto done = sync({"run"});
  EXPECT_EQ(done.code, 3) << done.err;
  EXPECT_NE(done.err.find("base URL"), std::string::npos) << done.err;
  const auto requests = program_.read("stderr-sandbox");
  std::size_t count = 0;
  for (auto at = requests.find("/wrong"); at != std::string::npos;
       at = requests.find("/wrong", at + 1))
    ++count;
  // Those that were on their way; 100 records would be some 300.
  constexpr std::size_t kOnTheirWayMax = 40;
  EXPECT_LE(count, kOnTheirWayMax) << requests;
}

// It went on trying for minutes without a word.
TEST_F(Sync, SaysAtOnceThatTheServerDoesNotAnswer) {
  program_.sandbox();  // for its authority
  configure("https://127.0.0.1:1");
  put(1, record(1, "1"));
  const auto ended = program_.run_and_terminate_when(words({"run"}), [&] {
    return program_.read("stderr").find("it is tried again") != std::string::npos;
  });
  EXPECT_NE(ended.err.find("127.0.0.1:1: no connection"), std::string::npos) << ended.err;
  EXPECT_EQ(ended.code, 4) << ended.err;
}

// What cannot be read is named in every form of the log: it has no record whose name would be told.
TEST_F(Sync, AFileThatCannotBeReadIsNamed) {
  configure(program_.sandbox());
  put(1, record(1, "26.0"));
  std::filesystem::create_symlink("nowhere", program_.path("records/gone.json"));
  for (const auto* form : {"text", "json"}) {
    const auto done = sync({"run", "--log", form});
    EXPECT_EQ(done.code, 1) << done.err;
    EXPECT_NE(done.err.find("records/gone.json"), std::string::npos) << done.err;
  }
}

}  // namespace
}  // namespace paraneo::cli
