#include "store/database.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <unordered_map>

namespace paraneo::store {
namespace {

constexpr int kBusyMsMax = 5000;
constexpr int kStepsBetweenQuestions = 20'000;  // of SQLite's machine: some milliseconds
constexpr std::size_t kStatementsMax = 500;     // that are kept prepared

class SqliteRow final : public Row {
 public:
  explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}

  std::int64_t integer(int column) const override {
    return sqlite3_column_int64(statement_, column);
  }
  std::string text(int column) const override {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    if (bytes == nullptr) return {};
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }
  int columns() const override { return sqlite3_column_count(statement_); }
  std::string name(int column) const override {
    const auto* name = sqlite3_column_name(statement_, column);
    return name == nullptr ? "" : name;
  }

 private:
  sqlite3_stmt* statement_;
};

}  // namespace

struct Database::State {
  sqlite3* database = nullptr;
  std::string path;
  std::unordered_map<std::string, sqlite3_stmt*> statements;
  std::size_t running = 0;
  std::function<bool()> stop;

  ~State() {
    forget_statements();
    sqlite3_close(database);
  }
  void forget_statements() {
    for (const auto& [sql, statement] : statements) sqlite3_finalize(statement);
    statements.clear();
  }

  Error failed() const {
    const auto code = sqlite3_errcode(database);
    if (code == SQLITE_NOTADB)
      return fail(ErrorCode::ledger_foreign, "this is no database", path, "name another file");
    const auto* advice = code == SQLITE_FULL    ? "make room on the disk and run again"
                         : code == SQLITE_BUSY  ? "another process works on it; run again later"
                         : code == SQLITE_ERROR ? "check the SQL"
                                                : "check the disk";
    return fail(ErrorCode::database_failed,
                std::string("the database fails: ") + sqlite3_errmsg(database), path, advice);
  }
};

Database::Database(std::unique_ptr<State> state) : state_(std::move(state)) {}
Database::~Database() = default;
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;

namespace {

Result<std::unique_ptr<Database::State>> open_state(const std::string& path, Database::Mode mode) {
  auto state = std::make_unique<Database::State>();
  state->path = path;
  // It may hold texts of patients: nobody else's business. SQLite gives the files beside it the
  // same rights.
  if (mode != Database::Mode::read_only && path != ":memory:")
    if (const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600); file >= 0)
      ::close(file);
  const int flags = mode == Database::Mode::read_only ? SQLITE_OPEN_READONLY
                                                      : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  if (sqlite3_open_v2(path.c_str(), &state->database, flags, nullptr) != SQLITE_OK)
    return fail(ErrorCode::database_failed,
                std::string("cannot be opened as a database: ") + sqlite3_errmsg(state->database),
                path, "check that it is there and may be read and written");
  sqlite3_busy_timeout(state->database, kBusyMsMax);
  return state;
}

}  // namespace

Result<Database> Database::open(const std::string& path, Mode mode) {
  auto state = open_state(path, mode);
  if (!state) return state.error();
  return Database(std::move(*state));
}

void Database::stop_when(std::function<bool()> stop) {
  state_->stop = std::move(stop);
  const auto ask = [](void* state) { return static_cast<State*>(state)->stop() ? 1 : 0; };
  sqlite3_progress_handler(state_->database, state_->stop ? kStepsBetweenQuestions : 0,
                           state_->stop ? +ask : nullptr, state_.get());
}

Result<void> Database::script(const std::string& sql) {
  if (sqlite3_exec(state_->database, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return state_->failed();
  return {};
}

Result<void> Database::run(const std::string& sql, const std::vector<Argument>& arguments,
                           const std::function<void(const Row&)>& row) {
  if (state_->running == 0 && state_->statements.size() > kStatementsMax)
    state_->forget_statements();
  auto& statement = state_->statements[sql];
  if (statement == nullptr &&
      sqlite3_prepare_v3(state_->database, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement,
                         nullptr) != SQLITE_OK)
    return state_->failed();
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto at = static_cast<int>(i) + 1;
    if (const auto* number = std::get_if<std::int64_t>(&arguments[i]))
      sqlite3_bind_int64(statement, at, *number);
    else if (const auto* text = std::get_if<std::string>(&arguments[i]))
      sqlite3_bind_text64(statement, at, text->data(), text->size(), SQLITE_STATIC, SQLITE_UTF8);
  }
  ++state_->running;
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW)
    if (row) row(SqliteRow(statement));
  --state_->running;
  const auto result = code == SQLITE_DONE ? Result<void>() : Result<void>(state_->failed());
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  return result;
}

Result<void> Database::transact(const std::function<Result<void>()>& work) {
  if (auto begun = run("BEGIN IMMEDIATE"); !begun) return begun;
  auto done = work();
  if (done) done = run("COMMIT");
  // A COMMIT that failed may have ended the transaction already.
  if (!done) static_cast<void>(run("ROLLBACK"));
  return done;
}

namespace {

class SqliteQuery final : public Query {
 public:
  SqliteQuery(std::unique_ptr<Database::State> state, sqlite3_stmt* statement)
      : state_(std::move(state)), statement_(statement), row_(statement) {}
  ~SqliteQuery() override { sqlite3_finalize(statement_); }

  Result<bool> next() override {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return state_->failed();
  }
  const Row& row() const override { return row_; }

 private:
  std::unique_ptr<Database::State> state_;
  sqlite3_stmt* statement_;
  SqliteRow row_;
};

}  // namespace

Result<std::unique_ptr<Query>> open_sqlite_query(const std::string& path, const std::string& sql) {
  auto state = open_state(path, Database::Mode::read_only);
  if (!state) return state.error();
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2((*state)->database, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK)
    return (*state)->failed();
  if (statement == nullptr || sqlite3_column_count(statement) == 0) {
    sqlite3_finalize(statement);
    return fail(ErrorCode::option_value, "this is no query that gives rows", path,
                "write one SELECT");
  }
  return std::unique_ptr<Query>(std::make_unique<SqliteQuery>(std::move(*state), statement));
}

}  // namespace paraneo::store
