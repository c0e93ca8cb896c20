#include "store/postgres_ledger.h"

#include "store/postgres.h"
#include "store/schema.h"
#include "store/sql_ledger.h"

namespace paraneo::store {
namespace {

const Dialect kDialect{R"(TEXT COLLATE "C")", "BIGINT",
                       "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", ""};

// First key of our advisory locks ("paLd"); the second one is a worker's number, or 0 for the
// tables.
const std::string kLock = "1885424740";

// A machine that lost its power is noticed within half a minute, too.
constexpr const char* kSession = R"(
  SET search_path = paraneo;
  SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 4;
  SET client_min_messages = warning;
  SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
)";

constexpr const char* kFoundation = R"(
  CREATE TABLE ledger (schema BIGINT NOT NULL);
  INSERT INTO ledger VALUES (0);
  CREATE SEQUENCE worker AS INTEGER;
  CREATE UNLOGGED TABLE claim (name TEXT COLLATE "C" PRIMARY KEY, worker INTEGER NOT NULL);
  CREATE INDEX claim_worker ON claim (worker);
)";

const std::string kClaim =
    "INSERT INTO claim AS held (name, worker) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE "
    "SET worker = excluded.worker WHERE held.worker = excluded.worker "
    "OR pg_try_advisory_xact_lock_shared(" +
    kLock + ", held.worker) RETURNING worker";

Result<std::int64_t> number(Sql& sql, const std::string& query) {
  std::int64_t value = 0;
  const auto read = sql.run(query, {}, [&](const Row& row) { value = row.integer(0); });
  if (!read) return read.error();
  return value;
}

Result<bool> is_there(Sql& sql, const char* what) {
  const auto found = number(
      sql, std::string("SELECT COUNT(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n "
                       "ON n.oid = c.relnamespace WHERE n.nspname = 'paraneo'") +
               what);
  if (!found) return found.error();
  return *found > 0;
}

Result<void> migrate(Postgres& database) {
  auto step = database.run("SELECT pg_advisory_xact_lock(" + kLock + ", 0)");
  if (!step) return step;
  const auto ours = is_there(database, " AND c.relname = 'ledger'");
  if (!ours) return ours.error();
  if (!*ours) {
    const auto taken = is_there(database, "");
    if (!taken) return taken.error();
    if (*taken)
      return fail(ErrorCode::ledger_foreign,
                  "the schema paraneo of this database is no ledger of paraneo", database.place(),
                  "name another database as --ledger");
    // Somebody with more rights may have made it for us.
    const auto schemas =
        number(database, "SELECT COUNT(*) FROM pg_catalog.pg_namespace WHERE nspname = 'paraneo'");
    if (!schemas) return schemas.error();
    if (*schemas == 0) step = database.script("CREATE SCHEMA paraneo");
    if (step) step = database.script(kFoundation);
    if (!step) return step;
  }
  const auto version = number(database, "SELECT schema FROM ledger");
  if (!version) return version.error();
  if (*version > kLedgerSchema)
    return fail(ErrorCode::ledger_newer, "a newer paraneo made this ledger", database.place(),
                "use that version, or a new ledger");
  for (auto at = static_cast<int>(*version); step && at < kLedgerSchema; ++at)
    step = database.script(migration(at, kDialect));
  if (step && *version < kLedgerSchema)
    step = database.run("UPDATE ledger SET schema = $1", {std::int64_t{kLedgerSchema}});
  return step;
}

class PostgresLedger final : public SqlLedger {
 public:
  explicit PostgresLedger(std::unique_ptr<Postgres> database)
      : SqlLedger(*database), database_(std::move(database)) {}

  // Takes a number and the lock on it.
  Result<void> enlist() {
    const auto mine = number(*database_, "SELECT nextval('worker')");
    if (!mine) return mine.error();
    worker_ = *mine;
    return database_->run("SELECT pg_advisory_lock(" + kLock + ", $1::INTEGER)", {worker_});
  }

  bool shared() const override { return true; }
  Result<bool> claim(const std::string& name) override {
    bool ours = false;
    const auto done = database_->run(kClaim, {name, worker_}, [&](const Row&) { ours = true; });
    if (!done) return done.error();
    return ours;
  }
  Result<void> give_up() override {
    return database_->run("DELETE FROM claim WHERE worker = $1", {worker_});
  }

 private:
  std::string size_query() const override { return "SELECT pg_database_size(current_database())"; }
  Result<void> release(const std::string& name) override {
    return database_->run("DELETE FROM claim WHERE name = $1 AND worker = $2", {name, worker_});
  }

  std::unique_ptr<Postgres> database_;
  std::int64_t worker_ = 0;
};

}  // namespace

Result<std::unique_ptr<Ledger>> open_postgres_ledger(const std::string& url, LedgerUse use) {
  auto opened = Postgres::open(url);
  if (!opened) return opened.error();
  auto database = std::make_unique<Postgres>(std::move(*opened));
  auto ready = database->script(kSession);
  if (ready) ready = database->transact([&] { return migrate(*database); });
  if (!ready) return ready.error();
  auto ledger = std::make_unique<PostgresLedger>(std::move(database));
  if (use == LedgerUse::update)
    if (auto enlisted = ledger->enlist(); !enlisted) return enlisted.error();
  return std::unique_ptr<Ledger>(std::move(ledger));
}

Result<bool> postgres_ledger_exists(const std::string& url) {
  auto database = Postgres::open(url);
  if (!database) return database.error();
  return is_there(*database, " AND c.relname = 'ledger'");
}

}  // namespace paraneo::store
