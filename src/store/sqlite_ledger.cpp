#include "store/sqlite_ledger.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "store/database.h"

namespace paraneo::store {
namespace {

// "paraneo ledger" in a number of 32 bits, so that a file of another program is not taken for one.
constexpr std::int64_t kApplicationId = 0x70614c64;

constexpr const char* kSchema1 = R"(
  CREATE TABLE record (
    name TEXT PRIMARY KEY, source TEXT NOT NULL, place TEXT NOT NULL, content_hash TEXT NOT NULL,
    state INTEGER NOT NULL, changed_ms INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX record_content ON record (source, content_hash);
  CREATE INDEX record_place ON record (source, place);
  CREATE TABLE resource (
    target TEXT PRIMARY KEY, record TEXT NOT NULL, state INTEGER NOT NULL, hash TEXT NOT NULL,
    version TEXT NOT NULL, intent_hash TEXT NOT NULL, intent_body TEXT NOT NULL,
    before INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX resource_record ON resource (record);
  CREATE INDEX resource_on_the_way ON resource (record) WHERE state <= 1;
  CREATE TABLE letter (
    record TEXT PRIMARY KEY, source TEXT NOT NULL, place TEXT NOT NULL, at_ms INTEGER NOT NULL,
    status INTEGER NOT NULL, outcome TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE conflict (
    target TEXT PRIMARY KEY, record TEXT NOT NULL, at_ms INTEGER NOT NULL, ours TEXT NOT NULL,
    theirs TEXT NOT NULL, version TEXT NOT NULL) WITHOUT ROWID;
  CREATE INDEX conflict_record ON conflict (record);
  CREATE TABLE cursor (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE audit (
    number INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, server TEXT NOT NULL, target TEXT NOT NULL,
    action TEXT NOT NULL, version TEXT NOT NULL, hash TEXT NOT NULL);
)";

// kMigrations[n] brings a file from version n to n + 1.
constexpr const char* kMigrations[] = {kSchema1};
static_assert(std::size(kMigrations) == static_cast<std::size_t>(kLedgerSchema));

Result<std::int64_t> pragma(Database& database, const std::string& name) {
  std::int64_t value = 0;
  const auto read = database.run("PRAGMA " + name, {}, [&](const Row& row) { value = row.integer(0); });
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
      return fail(Fault::usage, "this is a database, but no ledger of paraneo", path, "name another file as --ledger");
  }
  if (*version > kLedgerSchema)
    return fail(Fault::usage, "a newer paraneo made this ledger", path, "use that version, or a new ledger");
  for (auto at = *version; at < kLedgerSchema; ++at) {
    const auto done = database.transact([&]() -> Result<void> {
      auto step = database.script(kMigrations[static_cast<std::size_t>(at)]);
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
    if (lock.file_ < 0) return fail(Fault::io, "cannot be made", path, "check that the folder is there and can be written");
    if (flock(lock.file_, LOCK_EX | LOCK_NB) != 0)
      return fail(Fault::usage, "another process works on this ledger", ledger, "wait for it, or stop it");
    return lock;
  }

 private:
  int file_ = -1;
};

RecordRow record_of(const Row& row) {
  return {row.text(0), row.text(1), row.text(2), row.text(3), static_cast<RecordState>(row.integer(4)), row.integer(5)};
}

class SqliteLedger final : public Ledger {
 public:
  SqliteLedger(Database database, Lock lock) : lock_(std::move(lock)), database_(std::move(database)) {}

  Result<void> apply(const std::vector<Change>& changes) override {
    return database_.transact([&]() -> Result<void> {
      for (const auto& change : changes)
        if (auto done = std::visit([&](const auto& each) { return write(each); }, change); !done) return done;
      return {};
    });
  }

  Result<std::optional<RecordRow>> record(const std::string& name) override {
    return one_record("SELECT * FROM record WHERE name = ?", {name});
  }

  Result<std::optional<RecordRow>> record_with_content(const std::string& source,
                                                       const std::string& content_hash) override {
    return one_record("SELECT * FROM record WHERE source = ? AND content_hash = ?", {source, content_hash});
  }

  Result<std::vector<std::string>> records_at(const std::string& source, const std::string& place) override {
    return names("SELECT name FROM record WHERE source = ? AND place = ?", {source, place});
  }

  Result<void> each_record(const std::string& source, const std::function<void(const RecordRow&)>& visit) override {
    return database_.run("SELECT * FROM record WHERE source = ? ORDER BY name", {source},
                         [&](const Row& row) { visit(record_of(row)); });
  }

  Result<std::vector<ResourceRow>> resources(const std::string& record) override {
    std::vector<ResourceRow> rows;
    const auto read = database_.run(
        "SELECT * FROM resource WHERE record = ? ORDER BY target", {record}, [&](const Row& row) {
          rows.push_back({row.text(0), row.text(1), static_cast<ResourceState>(row.integer(2)), row.text(3),
                          row.text(4), row.text(5), row.text(6), static_cast<ResourceState>(row.integer(7))});
        });
    if (!read) return read.error();
    return rows;
  }

  Result<std::vector<std::string>> records_on_the_way() override {
    return names("SELECT DISTINCT record FROM resource WHERE state <= 1 ORDER BY record", {});
  }

  Result<std::vector<Letter>> letters() override {
    std::vector<Letter> rows;
    const auto read = database_.run("SELECT * FROM letter ORDER BY record", {}, [&](const Row& row) {
      rows.push_back({row.text(0), row.text(1), row.text(2), row.integer(3), static_cast<int>(row.integer(4)), row.text(5)});
    });
    if (!read) return read.error();
    return rows;
  }

  Result<std::vector<Conflict>> conflicts() override {
    std::vector<Conflict> rows;
    const auto read = database_.run("SELECT * FROM conflict ORDER BY record, target", {}, [&](const Row& row) {
      rows.push_back({row.text(0), row.text(1), row.integer(2), row.text(3), row.text(4), row.text(5)});
    });
    if (!read) return read.error();
    return rows;
  }

  Result<Counts> counts() override {
    Counts counts;
    const auto number = [](const Row& row) { return static_cast<std::uint64_t>(row.integer(1)); };
    std::uint64_t* const records[] = {&counts.records_active, &counts.records_dead, &counts.records_parked,
                                      &counts.records_dropped, &counts.records_retracted, &counts.records_kept};
    std::uint64_t* const resources[] = {&counts.resources_on_the_way, &counts.resources_on_the_way,
                                        &counts.resources_confirmed, &counts.resources_parked,
                                        &counts.resources_retracted, &counts.resources_kept};
    auto read = database_.run("SELECT state, COUNT(*) FROM record GROUP BY state", {}, [&](const Row& row) {
      const auto state = static_cast<std::size_t>(row.integer(0));
      if (state < std::size(records)) *records[state] += number(row);
    });
    if (read)
      read = database_.run("SELECT state, COUNT(*) FROM resource GROUP BY state", {}, [&](const Row& row) {
        const auto state = static_cast<std::size_t>(row.integer(0));
        if (state < std::size(resources)) *resources[state] += number(row);
      });
    if (!read) return read.error();
    return counts;
  }

  Result<std::string> cursor(const std::string& name) override {
    std::string value;
    const auto read = database_.run("SELECT value FROM cursor WHERE name = ?", {name},
                                    [&](const Row& row) { value = row.text(0); });
    if (!read) return read.error();
    return value;
  }

  Result<std::vector<AuditRow>> audit(std::size_t rows_max) override {
    std::vector<AuditRow> rows;
    const auto read = database_.run(
        "SELECT at_ms, server, target, action, version, hash FROM audit ORDER BY number DESC LIMIT ?",
        {static_cast<std::int64_t>(rows_max)}, [&](const Row& row) {
          rows.push_back({row.integer(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5)});
        });
    if (!read) return read.error();
    return rows;
  }

 private:
  static std::int64_t number(auto state) { return static_cast<std::int64_t>(state); }

  Result<void> write(const RecordRow& r) {
    return database_.run("INSERT OR REPLACE INTO record VALUES (?,?,?,?,?,?)",
                         {r.name, r.source, r.place, r.content_hash, number(r.state), r.changed_ms});
  }
  Result<void> write(const ForgetRecord& r) { return database_.run("DELETE FROM record WHERE name = ?", {r.name}); }
  Result<void> write(const ResourceRow& r) {
    return database_.run("INSERT OR REPLACE INTO resource VALUES (?,?,?,?,?,?,?,?)",
                         {r.target, r.record, number(r.state), r.hash, r.version, r.intent_hash, r.intent_body,
                          number(r.before)});
  }
  Result<void> write(const ForgetResource& r) {
    return database_.run("DELETE FROM resource WHERE target = ?", {r.target});
  }
  Result<void> write(const Letter& l) {
    return database_.run("INSERT OR REPLACE INTO letter VALUES (?,?,?,?,?,?)",
                         {l.record, l.source, l.place, l.at_ms, std::int64_t{l.status}, l.outcome});
  }
  Result<void> write(const RemoveLetter& l) { return database_.run("DELETE FROM letter WHERE record = ?", {l.record}); }
  Result<void> write(const Conflict& c) {
    return database_.run("INSERT OR REPLACE INTO conflict VALUES (?,?,?,?,?,?)",
                         {c.target, c.record, c.at_ms, c.ours, c.theirs, c.version});
  }
  Result<void> write(const RemoveConflicts& c) {
    return database_.run("DELETE FROM conflict WHERE record = ?", {c.record});
  }
  Result<void> write(const Cursor& c) {
    return database_.run("INSERT OR REPLACE INTO cursor VALUES (?,?)", {c.name, c.value});
  }
  Result<void> write(const AuditRow& a) {
    return database_.run("INSERT INTO audit (at_ms, server, target, action, version, hash) VALUES (?,?,?,?,?,?)",
                         {a.at_ms, a.server, a.target, a.action, a.version, a.hash});
  }

  Result<std::optional<RecordRow>> one_record(const std::string& sql, const std::vector<Argument>& arguments) {
    std::optional<RecordRow> found;
    const auto read = database_.run(sql, arguments, [&](const Row& row) { found = record_of(row); });
    if (!read) return read.error();
    return found;
  }
  Result<std::vector<std::string>> names(const std::string& sql, const std::vector<Argument>& arguments) {
    std::vector<std::string> found;
    const auto read = database_.run(sql, arguments, [&](const Row& row) { found.push_back(row.text(0)); });
    if (!read) return read.error();
    return found;
  }

  Lock lock_;  // let go of after the database is closed
  Database database_;
};

}  // namespace

Result<std::unique_ptr<Ledger>> open_sqlite_ledger(const std::string& path, LedgerUse use) {
  Lock lock;
  if (use == LedgerUse::work && path != ":memory:") {
    auto taken = Lock::take(path);
    if (!taken) return taken.error();
    lock = std::move(*taken);
  }
  // What is on its way holds texts of patients: nobody else's business. SQLite gives its other
  // files the same rights.
  if (path != ":memory:")
    if (const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600); file >= 0) close(file);
  auto database = Database::open(path);
  if (!database) return database.error();
  auto ready = database->script("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");
  if (ready) ready = migrate(*database, path);
  if (!ready) return ready.error();
  return std::unique_ptr<Ledger>(std::make_unique<SqliteLedger>(std::move(*database), std::move(lock)));
}

}  // namespace paraneo::store
