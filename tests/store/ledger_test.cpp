#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "store/database.h"
#include "store/sqlite_ledger.h"

namespace paraneo::store {
namespace {

namespace fs = std::filesystem;

class LedgerTest : public testing::Test {
 protected:
  LedgerTest()
      : folder_(fs::temp_directory_path() / ("paraneo-ledger-" + std::to_string(::getpid()) + "-" +
                                             testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::create_directories(folder_);
  }
  ~LedgerTest() override { fs::remove_all(folder_); }

  std::string path() const { return (folder_ / "ledger.sqlite").string(); }
  std::unique_ptr<Ledger> open(LedgerUse use = LedgerUse::work) const {
    auto ledger = open_sqlite_ledger(path(), use);
    EXPECT_TRUE(ledger) << ledger.error().what;
    return ledger ? std::move(*ledger) : nullptr;
  }
  fs::path folder_;
};

// What a full disk does: no file may grow beyond this.
void file_bytes_max(rlim_t bytes) {
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  getrlimit(RLIMIT_FSIZE, &limit);
  limit.rlim_cur = bytes;
  setrlimit(RLIMIT_FSIZE, &limit);
}

const RecordRow kRecord{"r1", "folder", "a.json:1", "h1", RecordState::active, 5};
const ResourceRow kIntent{"Patient/1", "r1", ResourceState::intended, "", "", "h2", R"({"resourceType":"Patient"})", ResourceState::retracted};

TEST_F(LedgerTest, KeepsWhatWasAppliedWhenItIsOpenedAgain) {
  ASSERT_TRUE(open()->apply({kRecord, kIntent, Letter{"r2", "folder", "b.json:1", 7, 422, "{}"},
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

TEST_F(LedgerTest, ReplacesAndForgets) {
  const auto ledger = open();
  ASSERT_TRUE(ledger->apply({kRecord, kIntent, Letter{"r1", "", "", 0, 0, "x"}, Conflict{"Patient/1", "r1", 0, "", "", ""}}));
  ASSERT_TRUE(ledger->apply({ResourceRow{"Patient/1", "r1", ResourceState::confirmed, "h2", "3", "", "", ResourceState::confirmed}, RemoveLetter{"r1"},
                             RemoveConflicts{"r1"}}));
  EXPECT_EQ(ledger->resources("r1")->at(0).version, "3");
  EXPECT_TRUE(ledger->records_on_the_way()->empty());
  EXPECT_TRUE(ledger->letters()->empty());
  EXPECT_TRUE(ledger->conflicts()->empty());
  ASSERT_TRUE(ledger->apply({ForgetResource{"Patient/1"}, ForgetRecord{"r1"}}));
  EXPECT_TRUE(ledger->resources("r1")->empty());
  EXPECT_FALSE(ledger->record("r1")->has_value());
}

TEST_F(LedgerTest, AKilledProcessLosesNothingThatWasAppliedAndHalvesNothing) {
  // The child applies one change after the other and says through a pipe how far it is.
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  const auto child = fork();
  if (child == 0) {
    auto ledger = open_sqlite_ledger(path(), LedgerUse::work);
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
  while (last < 50) ASSERT_EQ(read(pipe_ends[0], &last, sizeof last), static_cast<ssize_t>(sizeof last));
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

TEST_F(LedgerTest, OneProcessWorksAndOthersLook) {
  const auto ledger = open();
  const auto second = open_sqlite_ledger(path(), LedgerUse::work);
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().what.find("another process"), std::string::npos);
  ASSERT_TRUE(ledger->apply({kRecord}));
  EXPECT_TRUE(open(LedgerUse::look)->record("r1")->has_value());
}

TEST_F(LedgerTest, IsForItsOwnerOnly) {
  static_cast<void>(open());
  EXPECT_EQ(fs::status(path()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(LedgerTest, RefusesFilesOfOthersAndOfTheFuture) {
  {
    auto other = Database::open(path());
    ASSERT_TRUE(other->script("CREATE TABLE x (a)"));
  }
  EXPECT_NE(open_sqlite_ledger(path(), LedgerUse::work).error().what.find("no ledger"), std::string::npos);
  fs::remove(path());
  static_cast<void>(open());
  {
    auto newer = Database::open(path());
    ASSERT_TRUE(newer->script("PRAGMA user_version = 99"));
  }
  EXPECT_NE(open_sqlite_ledger(path(), LedgerUse::work).error().what.find("newer"), std::string::npos);
}

TEST_F(LedgerTest, AFullDiskIsAnErrorAndChangesNothing) {
  const auto ledger = open();
  ASSERT_TRUE(ledger->apply({kRecord}));
  auto cut = kIntent;
  cut.intent_body = std::string(1000, 'x');
  file_bytes_max(0);
  auto second = kRecord;
  second.name = "r9";
  const auto applied = ledger->apply({second, cut});
  file_bytes_max(RLIM_INFINITY);
  EXPECT_FALSE(applied);
  EXPECT_FALSE(ledger->record("r9")->has_value());
  EXPECT_TRUE(ledger->record("r1")->has_value());
  EXPECT_TRUE(ledger->apply({second, cut}));
}

TEST(Query, GivesRowsOneByOneAndRefusesWhatIsNoQuery) {
  auto database = Database::open(":memory:");
  ASSERT_TRUE(database->script("CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 'x'), (2, NULL)"));
  auto query = Query::open(*database, "SELECT a, b AS body FROM t ORDER BY a");
  ASSERT_TRUE(query);
  ASSERT_TRUE(query->next().value());
  EXPECT_EQ(query->row().integer(0), 1);
  EXPECT_EQ(query->row().text(1), "x");
  EXPECT_EQ(query->row().name(1), "body");
  ASSERT_TRUE(query->next().value());
  EXPECT_EQ(query->row().text(1), "");
  EXPECT_FALSE(query->next().value());
  EXPECT_FALSE(Query::open(*database, "DELETE FROM t"));
  EXPECT_FALSE(Query::open(*database, "SELECT nonsense"));
}

}  // namespace
}  // namespace paraneo::store
