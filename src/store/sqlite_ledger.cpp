#include "store/sqlite_ledger.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "store/database.h"
#include "store/open_ledger.h"
#include "store/schema.h"
#include "store/sql_ledger.h"

namespace paraneo::store {
namespace {

// "paraneo ledger" in a number of 32 bits, so that a file of another program is not taken for one.
constexpr std::int64_t kApplicationId = 0x70614c64;

const Dialect kDialect{"TEXT", "INTEGER", "INTEGER PRIMARY KEY", " WITHOUT ROWID"};

Result<std::int64_t> pragma(Database& database, const std::string& name) {
  std::int64_t value = 0;
  const auto read =
      database.run("PRAGMA " + name, {}, [&](const Row& row) { value = row.integer(0); });
  if (!read) return read.error();
  return value;
}

Result<void> migrate(Database& database, const std::string& path) {
  const auto version = pragma(database, "user_version");
  if (!version) return version.error();
  const auto owner = pragma(database, "application_id");
  if (!owner) return owner.error();
  if (*owner != kApplicationId) {
    std::int64_t tables = 0;
    const auto counted = database.run("SELECT COUNT(*) FROM sqlite_master", {},
                                      [&](const Row& row) { tables = row.integer(0); });
    if (!counted) return counted.error();
    if (tables > 0 || *version != 0)
      return fail(ErrorCode::ledger_foreign, "this is a database, but no ledger of paraneo", path,
                  "name another file as --ledger");
  }
  if (*version > kLedgerSchema)
    return fail(ErrorCode::ledger_newer, "a newer paraneo made this ledger", path,
                "use that version, or a new ledger");
  for (auto at = *version; at < kLedgerSchema; ++at) {
    const auto done = database.transact([&]() -> Result<void> {
      auto step = database.script(migration(static_cast<int>(at), kDialect));
      if (step) step = database.script("PRAGMA user_version = " + std::to_string(at + 1));
      if (step) step = database.script("PRAGMA application_id = " + std::to_string(kApplicationId));
      return step;
    });
    if (!done) return done;
  }
  return {};
}

// Held while a process works on the ledger; the system lets go of it when the process dies.
class Lock {
 public:
  Lock() = default;
  ~Lock() {
    if (file_ >= 0) close(file_);
  }
  Lock(Lock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  Lock& operator=(Lock&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
  }

  static Result<Lock> take(const std::string& ledger) {
    const auto path = ledger + ".lock";
    Lock lock;
    lock.file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock.file_ < 0)
      return fail(ErrorCode::file_unwritable, "cannot be made", path,
                  "check that the folder is there and can be written");
    if (flock(lock.file_, LOCK_EX | LOCK_NB) != 0)
      return fail(ErrorCode::ledger_busy, std::string(kLedgerIsBusy), ledger,
                  "wait for it, or stop it");
    return lock;
  }

 private:
  int file_ = -1;
};

class SqliteLedger final : public SqlLedger {
 public:
  SqliteLedger(std::unique_ptr<Database> database, Lock lock)
      : SqlLedger(*database), lock_(std::move(lock)), database_(std::move(database)) {}

 private:
  // One process has all of it.
  Result<void> release(const std::string&) override { return {}; }
  std::string size_query() const override {
    return "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
  }

  Lock lock_;  // let go of after the database is closed
  std::unique_ptr<Database> database_;
};

}  // namespace

Result<std::unique_ptr<Ledger>> open_sqlite_ledger(const std::string& path, LedgerUse use) {
  Lock lock;
  if (use == LedgerUse::update && path != ":memory:") {
    auto taken = Lock::take(path);
    if (!taken) return taken.error();
    lock = std::move(*taken);
  }
  auto database = Database::open(path);
  if (!database) return database.error();
  // A commit writes whole pages, and what it changes is scattered: small ones make it half. Of a
  // new file only.
  auto ready = database->script("PRAGMA page_size = 1024;");
  // The log is copied into the file each 16 MB, since a page that several commits changed is copied
  // once then: half as much is written. With what is on its way packed (intents.h), a first load
  // writes 3.4 kB for a record without facts, and 7.8 for one of three facts.
  if (ready)
    ready = database->script(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 16384; PRAGMA foreign_keys = ON;");
  if (ready) ready = migrate(*database, path);
  if (!ready) return ready.error();
  return std::unique_ptr<Ledger>(std::make_unique<SqliteLedger>(
      std::make_unique<Database>(std::move(*database)), std::move(lock)));
}

}  // namespace paraneo::store
