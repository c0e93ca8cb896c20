#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "postgres_server.h"
#include "store/database.h"
#include "store/open_ledger.h"
#include "store/postgres.h"

namespace paraneo::store {
namespace {

namespace fs = std::filesystem;

// What a ledger promises, whatever lies behind it.
class LedgerTest : public testing::TestWithParam<bool> {
 protected:
  LedgerTest()
      : folder_(fs::temp_directory_path() / ("paraneo-ledger-" + std::to_string(::getpid()))) {
    fs::create_directories(folder_);
  }
  void SetUp() override {
    if (!GetParam()) return;
    server_ = std::make_unique<PostgresServer>();
    if (!server_->runs()) GTEST_SKIP() << PostgresServer::missing();
  }
  ~LedgerTest() override { fs::remove_all(folder_); }

  std::string path() const {
    return GetParam() ? server_->url() : (folder_ / "ledger.sqlite").string();
  }
  std::unique_ptr<Ledger> open(LedgerUse use = LedgerUse::update) const {
    auto ledger = open_ledger(path(), use);
    EXPECT_TRUE(ledger) << ledger.error().what;
    return ledger ? std::move(*ledger) : nullptr;
  }
  fs::path folder_;
  std::unique_ptr<PostgresServer> server_;
};

class SqliteLedgerTest : public LedgerTest {};
class PostgresLedgerTest : public LedgerTest {
 protected:
  // PostgreSQL sees the end of another one's connection by itself; no clock decides.
  static void until_claimed(Ledger& ledger, const std::string& name) {
    while (!ledger.claim(name).value()) usleep(1000);
  }
};

INSTANTIATE_TEST_SUITE_P(Sqlite, LedgerTest, testing::Values(false),
                         [](const auto&) { return "Ledger"; });
INSTANTIATE_TEST_SUITE_P(Postgres, LedgerTest, testing::Values(true),
                         [](const auto&) { return "Ledger"; });
INSTANTIATE_TEST_SUITE_P(Sqlite, SqliteLedgerTest, testing::Values(false),
                         [](const auto&) { return "Ledger"; });
INSTANTIATE_TEST_SUITE_P(Postgres, PostgresLedgerTest, testing::Values(true),
                         [](const auto&) { return "Ledger"; });

// What a full disk does: no file may grow beyond this.
void file_bytes_max(rlim_t bytes) {
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  getrlimit(RLIMIT_FSIZE, &limit);
  limit.rlim_cur = bytes;
  setrlimit(RLIMIT_FSIZE, &limit);
}

const RecordRow kRecord{"r1", "folder", "a.json:1", "h1", RecordState::active, 5};
const ResourceRow kIntent{
    "Patient/1", "r1", ResourceState::intended,         "",
    "",          "h2", R"({"resourceType":"Patient"})", ResourceState::retracted};

TEST_P(LedgerTest, KeepsWhatWasAppliedWhenItIsOpenedAgain) {
  ASSERT_TRUE(open()->apply({kRecord, kIntent, DeadLetter{"r2", "folder", "b.json:1", 7, 422, "{}"},
                             Conflict{"Patient/9", "r3", 8, "{}", "", "4"}, Cursor{"pull", "2026"},
                             AuditRow{9, "https://fhir.test", "Patient/1", "create", "1", "h2"}}));
  const auto ledger = open();
  const auto record = ledger->record("r1");
  ASSERT_TRUE(record && *record);
  EXPECT_EQ((*record)->place, "a.json:1");
  EXPECT_EQ((*record)->changed_ms, 5);
  EXPECT_TRUE(ledger->record_with_content("folder", "h1")->has_value());
  EXPECT_FALSE(ledger->record_with_content("other", "h1")->has_value());
  EXPECT_EQ(ledger->records_at("folder", "a.json:1").value(), std::vector<std::string>{"r1"});
  const auto resources = ledger->resources("r1");
  ASSERT_EQ(resources->size(), 1U);
  EXPECT_EQ(resources->front().state, ResourceState::intended);
  EXPECT_EQ(resources->front().intent_body, kIntent.intent_body);
  EXPECT_EQ(resources->front().before, ResourceState::retracted);
  EXPECT_EQ(ledger->records_on_the_way().value(), std::vector<std::string>{"r1"});
  EXPECT_EQ(ledger->letters()->at(0).status, 422);
  EXPECT_EQ(ledger->conflicts()->at(0).version, "4");
  EXPECT_EQ(ledger->cursor("pull").value(), "2026");
  EXPECT_EQ(ledger->audit(10)->at(0).action, "create");
  const auto counts = ledger->counts();
  EXPECT_EQ(counts->records_active, 1U);
  EXPECT_EQ(counts->resources_on_the_way, 1U);
}

TEST_P(LedgerTest, ReplacesAndForgets) {
  const auto ledger = open();
  ASSERT_TRUE(ledger->apply({kRecord, kIntent, DeadLetter{"r1", "", "", 0, 0, "x"},
                             Conflict{"Patient/1", "r1", 0, "", "", ""}}));
  ASSERT_TRUE(ledger->apply({ResourceRow{"Patient/1", "r1", ResourceState::confirmed, "h2", "3", "",
                                         "", ResourceState::confirmed},
                             RemoveDeadLetter{"r1"}, RemoveConflicts{"r1"}}));
  EXPECT_EQ(ledger->resources("r1")->at(0).version, "3");
  EXPECT_TRUE(ledger->records_on_the_way()->empty());
  EXPECT_TRUE(ledger->letters()->empty());
  EXPECT_TRUE(ledger->conflicts()->empty());
  ASSERT_TRUE(ledger->apply({ForgetResource{"Patient/1", "r1"}, ForgetRecord{"r1"}}));
  EXPECT_TRUE(ledger->resources("r1")->empty());
  EXPECT_FALSE(ledger->record("r1")->has_value());
}

TEST_P(LedgerTest, KnowsItsSourcesAndRenamesThem) {
  const auto ledger = open();
  const auto row = [](const char* name, const char* source, RecordState state) {
    return RecordRow{name, source, "p", name, state, 0};
  };
  ASSERT_TRUE(
      ledger->apply({row("1", "a", RecordState::active), row("2", "a", RecordState::retracted),
                     row("3", "b", RecordState::dead), row("4", "c", RecordState::kept),
                     DeadLetter{"3", "b", "p", 0, 0, "no"}}));
  auto sources = ledger->sources().value();
  ASSERT_EQ(sources.size(), 3U);
  EXPECT_EQ(sources[0].name, "a");
  EXPECT_EQ(sources[0].records, 1U);
  EXPECT_EQ(sources[1].records, 1U);
  EXPECT_EQ(sources[2].records, 0U);
  ASSERT_TRUE(ledger->apply({RenameSource{"b", "moved"}}));
  sources = ledger->sources().value();
  EXPECT_EQ(sources[2].name, "moved");
  EXPECT_EQ(ledger->record("3").value()->source, "moved");
  EXPECT_EQ(ledger->letters().value().at(0).source, "moved");
}

TEST_P(LedgerTest, ReleasesWhatIsHeldWhenNothingSpeaksOfItAnyMore) {
  const auto ledger = open();
  const Held dead{"r1", "s", "key 1", "topic[0]@1", "text", false};
  const Held parked{"r2", "s", "key 2", "topic[0]@2", "", true};
  ASSERT_TRUE(ledger->apply({dead, DeadLetter{"r1", "s", "key 1", 0, 422, "no"}, parked,
                             Conflict{"Patient/2", "r2", 0, "", "{}", "2"}}));
  EXPECT_TRUE(ledger->released("s", {}, 10)->empty());
  EXPECT_EQ(ledger->held("r1")->value().text, "text");
  ASSERT_TRUE(ledger->apply({RemoveDeadLetter{"r1"}, RemoveConflicts{"r2"}}));
  EXPECT_TRUE(ledger->released("other", {}, 10)->empty());
  EXPECT_EQ(ledger->released("s", {}, 1)->at(0).record, "r1");
  EXPECT_EQ(ledger->released("s", "r1", 1)->at(0).record, "r2");
  EXPECT_TRUE(ledger->released("s", "r2", 1)->empty());
  const auto released = ledger->released("s", {}, 10).value();
  ASSERT_EQ(released.size(), 2U);
  EXPECT_EQ(released[0].name, "topic[0]@1");
  EXPECT_TRUE(released[1].gone);
  ASSERT_TRUE(ledger->apply({RemoveHeld{"r1"}, RemoveHeld{"r2"}}));
  EXPECT_TRUE(ledger->released("s", {}, 10)->empty());
  EXPECT_FALSE(ledger->held("r1")->has_value());
}

TEST_P(LedgerTest, AKilledProcessLosesNothingThatWasAppliedAndHalvesNothing) {
  // The child applies one change after the other and says through a pipe how far it is.
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  const auto child = fork();
  if (child == 0) {
    auto ledger = open_ledger(path(), LedgerUse::update);
    for (int i = 0; ledger && i < 1'000'000; ++i) {
      const auto name = std::to_string(i);
      auto record = kRecord;
      record.name = name;
      auto resource = kIntent;
      resource.target = "Patient/" + name;
      resource.record = name;
      if (!(*ledger)->apply({record, resource})) break;
      if (write(pipe_ends[1], &i, sizeof i) != sizeof i) break;
    }
    _exit(1);
  }
  int last = -1;
  while (last < 50)
    ASSERT_EQ(read(pipe_ends[0], &last, sizeof last), static_cast<ssize_t>(sizeof last));
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  close(pipe_ends[1]);
  for (int more = 0; read(pipe_ends[0], &more, sizeof more) == sizeof more;) last = more;
  close(pipe_ends[0]);

  const auto ledger = open();
  const auto counts = ledger->counts();
  EXPECT_GT(counts->records_active, static_cast<std::uint64_t>(last));
  EXPECT_EQ(counts->records_active, counts->resources_on_the_way);
  for (int i = 0; i <= last; ++i) EXPECT_EQ(ledger->resources(std::to_string(i))->size(), 1U) << i;
}

TEST_P(LedgerTest, TheAuditIsKeptAsLongAsItIsWanted) {
  const auto ledger = open();
  ASSERT_TRUE(ledger->apply({AuditRow{10, "s", "Patient/1", "create", "1", "h"},
                             AuditRow{20, "s", "Patient/1", "update", "2", "h"}}));
  ASSERT_TRUE(ledger->apply({PruneAudit{10}}));
  EXPECT_EQ(ledger->audit(9)->size(), 2U);
  ASSERT_TRUE(ledger->apply({PruneAudit{20}}));
  ASSERT_EQ(ledger->audit(9)->size(), 1U);
  EXPECT_EQ(ledger->audit(9)->front().at_ms, 20);
}

TEST_P(LedgerTest, SaysHowLongWhatWaitsHasWaitedAndHowLargeItIs) {
  const auto ledger = open();
  EXPECT_EQ(ledger->counts()->letters_oldest_ms, 0);
  ASSERT_TRUE(
      ledger->apply({DeadLetter{"a", "", "", 30, 0, "x"}, DeadLetter{"b", "", "", 20, 0, "x"},
                     Conflict{"Patient/1", "r1", 40, "", "", ""}}));
  EXPECT_EQ(ledger->counts()->letters_oldest_ms, 20);
  EXPECT_EQ(ledger->counts()->conflicts_oldest_ms, 40);
  EXPECT_GT(ledger->counts()->bytes, 0U);
}

TEST_P(SqliteLedgerTest, OneProcessWorksAndOthersLook) {
  const auto ledger = open();
  const auto second = open_ledger(path(), LedgerUse::update);
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().what.find("another process"), std::string::npos);
  EXPECT_EQ(second.error().code, ErrorCode::ledger_busy);
  ASSERT_TRUE(ledger->apply({kRecord}));
  EXPECT_TRUE(open(LedgerUse::look)->record("r1")->has_value());
}

TEST_P(SqliteLedgerTest, IsForItsOwnerOnly) {
  static_cast<void>(open());
  EXPECT_EQ(fs::status(path()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_P(SqliteLedgerTest, RefusesFilesOfOthersAndOfTheFuture) {
  {
    auto other = Database::open(path());
    ASSERT_TRUE(other->script("CREATE TABLE x (a)"));
  }
  EXPECT_NE(open_ledger(path(), LedgerUse::update).error().what.find("no ledger"),
            std::string::npos);
  fs::remove(path());
  static_cast<void>(open());
  {
    auto newer = Database::open(path());
    ASSERT_TRUE(newer->script("PRAGMA user_version = 99"));
  }
  EXPECT_EQ(open_ledger(path(), LedgerUse::update).error().code, ErrorCode::ledger_newer);
}

TEST_P(SqliteLedgerTest, AnOlderLedgerIsBroughtUpToDateOrStaysAsItWas) {
  ASSERT_TRUE(open()->apply({kRecord}));
  {
    auto older = Database::open(path());
    ASSERT_TRUE(older->script(
        "DROP TABLE held; DROP TABLE intent; PRAGMA user_version = 1; PRAGMA wal_checkpoint(TRUNCATE)"));
    // What it had on its way stood among the others.
    ASSERT_TRUE(
        older->script("INSERT INTO resource VALUES ('Patient/1', 'r1', 1, '', '', 'h2', '{}', 2)"));
  }
  file_bytes_max(0);
  EXPECT_FALSE(open_ledger(path(), LedgerUse::update));
  file_bytes_max(RLIM_INFINITY);
  const auto ledger = open();
  EXPECT_TRUE(ledger->record("r1")->has_value());
  EXPECT_TRUE(ledger->released("folder", {}, 1)->empty());
  EXPECT_EQ(ledger->records_on_the_way().value(), std::vector<std::string>{"r1"});
  EXPECT_EQ(ledger->resources("r1")->at(0).intent_body, "{}");
  EXPECT_EQ(ledger->counts()->resources_on_the_way, 1U);
  ASSERT_TRUE(ledger->apply({ResourceRow{
      "Patient/1", "r1", ResourceState::confirmed, "h2", "1", {}, {}, ResourceState::confirmed}}));
  EXPECT_TRUE(ledger->records_on_the_way()->empty());
}

TEST_P(LedgerTest, WhatIsOnItsWayIsGivenWithWhatWasKnownBefore) {
  const auto ledger = open();
  const auto row = [](const std::string& target, ResourceState state, const std::string& hash,
                      const std::string& body) {
    return ResourceRow{target,
                       "r1",
                       state,
                       hash,
                       hash.empty() ? "" : "7",
                       body.empty() ? "" : "new",
                       body,
                       ResourceState::confirmed};
  };
  ASSERT_TRUE(ledger->apply({kRecord, row("Patient/2", ResourceState::confirmed, "h", "")}));
  ASSERT_TRUE(ledger->apply({row("Patient/3", ResourceState::intended, "", "{3}"),
                             row("Patient/2", ResourceState::intended, "h", "{2:\xc3\xa4}"),
                             row("Patient/1", ResourceState::intended, "", "")}));
  EXPECT_EQ(ledger->counts()->resources_on_the_way, 3U);
  EXPECT_EQ(ledger->counts()->resources_confirmed, 0U);
  ASSERT_TRUE(ledger->apply({row("Patient/3", ResourceState::sent, "", "{3}")}));
  const auto rows = ledger->resources("r1").value();
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].target, "Patient/1");
  EXPECT_EQ(rows[0].intent_body, "");
  EXPECT_EQ(rows[1].intent_body, "{2:\xc3\xa4}");
  EXPECT_EQ(rows[1].hash, "h");
  EXPECT_EQ(rows[1].version, "7");
  EXPECT_EQ(rows[2].state, ResourceState::sent);
  // Each ends by itself, and as it was before where nothing came of it.
  ASSERT_TRUE(ledger->apply(
      {row("Patient/2", ResourceState::confirmed, "h", ""), ForgetResource{"Patient/3", "r1"}}));
  EXPECT_EQ(ledger->records_on_the_way().value(), std::vector<std::string>{"r1"});
  EXPECT_EQ(ledger->resources("r1")->size(), 2U);
  ASSERT_TRUE(ledger->apply({ForgetResource{"Patient/1", "r1"}}));
  EXPECT_TRUE(ledger->records_on_the_way()->empty());
  EXPECT_EQ(ledger->counts()->resources_confirmed, 1U);
}

TEST_P(SqliteLedgerTest, AFullDiskIsAnErrorAndChangesNothing) {
  const auto ledger = open();
  ASSERT_TRUE(ledger->apply({kRecord}));
  auto cut = kIntent;
  cut.intent_body = std::string(1000, 'x');
  file_bytes_max(0);
  auto second = kRecord;
  second.name = "r9";
  const auto applied = ledger->apply({second, cut});
  file_bytes_max(RLIM_INFINITY);
  ASSERT_FALSE(applied);
  EXPECT_EQ(applied.error().code, ErrorCode::database_failed);
  EXPECT_FALSE(ledger->record("r9")->has_value());
  EXPECT_TRUE(ledger->record("r1")->has_value());
  EXPECT_TRUE(ledger->apply({second, cut}));
}

TEST_P(LedgerTest, TakesAnyBytesAndManyRows) {
  const auto ledger = open();
  std::vector<Change> changes;
  for (int i = 0; i < 300; ++i) changes.emplace_back(AuditRow{i, "", "", "", "", ""});
  changes.emplace_back(
      DeadLetter{"r", "s", "p", std::int64_t{1} << 40, 500, std::string("a\0b\xff'$1\xc3\xa9", 9)});
  ASSERT_TRUE(ledger->apply(changes));
  const auto letter = ledger->letters()->at(0);
  EXPECT_EQ(letter.at_ms, std::int64_t{1} << 40);
  EXPECT_TRUE(letter.outcome.ends_with("'$1\xc3\xa9")) << letter.outcome;
  EXPECT_EQ(ledger->audit(7)->size(), 7U);
  EXPECT_EQ(ledger->audit(7)->front().at_ms, 299);
}

TEST_P(LedgerTest, SortsByBytes) {
  const auto ledger = open();
  std::vector<Change> changes;
  for (const auto* name : {"b", "A", "a", "B", "\xc3\xa9"}) {
    auto row = kRecord;
    row.name = name;
    changes.emplace_back(row);
  }
  ASSERT_TRUE(ledger->apply(changes));
  std::string names;
  ASSERT_TRUE(ledger->each_record("folder", [&](const RecordRow& row) { names += row.name; }));
  EXPECT_EQ(names, "ABab\xc3\xa9");
}

TEST_P(PostgresLedgerTest, AClaimIsOneWorkersUntilTheOutcomeOrTheEnd) {
  auto first = open();
  const auto second = open();
  ASSERT_TRUE(first->shared());
  EXPECT_TRUE(first->claim("record a").value());
  EXPECT_TRUE(first->claim("record a").value());
  EXPECT_TRUE(first->claim("record b").value());
  EXPECT_TRUE(first->claim("record c").value());
  EXPECT_FALSE(second->claim("record a").value());
  ASSERT_TRUE(first->apply({kRecord, Release{"record a"}}));
  EXPECT_TRUE(second->claim("record a").value());
  EXPECT_FALSE(first->claim("record a").value());
  // Not ours to end.
  ASSERT_TRUE(first->apply({Release{"record a"}}));
  EXPECT_FALSE(first->claim("record a").value());
  ASSERT_TRUE(second->give_up());
  EXPECT_TRUE(first->claim("record a").value());
  EXPECT_FALSE(second->claim("record b").value());
  first.reset();
  EXPECT_TRUE(open()->claim("record d").value());
  until_claimed(*second, "record b");
}

TEST_P(PostgresLedgerTest, AKilledWorkersClaimsFallToWhoAsksNext) {
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  const auto child = fork();
  if (child == 0) {
    auto ledger = open_ledger(path(), LedgerUse::update);
    const bool claimed =
        ledger && (*ledger)->claim("record a").value() && (*ledger)->apply({kRecord, kIntent});
    if (write(pipe_ends[1], &claimed, sizeof claimed) == sizeof claimed) pause();
    _exit(1);
  }
  bool claimed = false;
  ASSERT_EQ(read(pipe_ends[0], &claimed, sizeof claimed), static_cast<ssize_t>(sizeof claimed));
  ASSERT_TRUE(claimed);
  const auto ledger = open();
  EXPECT_FALSE(ledger->claim("record a").value());
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  until_claimed(*ledger, "record a");
  EXPECT_EQ(ledger->records_on_the_way().value(), std::vector<std::string>{"r1"});
}

TEST_P(PostgresLedgerTest, OfManyThatAskOneGetsIt) {
  constexpr int kWorkers = 4;
  constexpr int kNames = 200;
  static_cast<void>(open());
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  std::vector<pid_t> children;
  for (int w = 0; w < kWorkers; ++w) {
    children.push_back(fork());
    if (children.back() != 0) continue;
    auto ledger = open_ledger(path(), LedgerUse::update);
    for (int i = 0; ledger && i < kNames; ++i)
      if ((*ledger)->claim("record " + std::to_string(i)).value() &&
          write(pipe_ends[1], &i, sizeof i) != sizeof i)
        break;
    // Alive until all have asked, so that no claim falls to another.
    const int end = -1;
    if (write(pipe_ends[1], &end, sizeof end) == sizeof end) pause();
    _exit(0);
  }
  std::vector<int> got(kNames);
  for (int ended = 0, i = 0; ended < kWorkers;) {
    ASSERT_EQ(read(pipe_ends[0], &i, sizeof i), static_cast<ssize_t>(sizeof i));
    if (i < 0) ++ended;
    else ++got[static_cast<std::size_t>(i)];
  }
  for (const auto child : children) {
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
  }
  EXPECT_EQ(got, std::vector<int>(kNames, 1));
}

TEST_P(PostgresLedgerTest, AWorkerWhoseSessionIsLostEndsInsteadOfGoingOn) {
  const auto ledger = open();
  ASSERT_TRUE(ledger->claim("record a").value());
  auto other = Postgres::open(path());
  ASSERT_TRUE(other->run(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
      "AND application_name = 'paraneo'"));
  while (ledger->apply({kRecord})) usleep(1000);
  EXPECT_FALSE(ledger->apply({kRecord}));
  EXPECT_FALSE(ledger->claim("record a"));
  until_claimed(*open(), "record a");
}

TEST_P(PostgresLedgerTest, RefusesSchemasOfOthersAndOfTheFuture) {
  EXPECT_FALSE(ledger_exists(path()).value());
  static_cast<void>(open());
  EXPECT_TRUE(ledger_exists(path()).value());
  auto database = Postgres::open(path());
  ASSERT_TRUE(database->script("UPDATE paraneo.ledger SET schema = 99"));
  EXPECT_EQ(open_ledger(path(), LedgerUse::update).error().code, ErrorCode::ledger_newer);
  ASSERT_TRUE(database->script(
      "DROP SCHEMA paraneo CASCADE; CREATE SCHEMA paraneo; CREATE TABLE paraneo.x (a INTEGER)"));
  EXPECT_NE(open_ledger(path(), LedgerUse::update).error().what.find("no ledger"),
            std::string::npos);
}

}  // namespace
}  // namespace paraneo::store
