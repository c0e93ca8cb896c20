#include "sandbox/store.h"

#include <sqlite3.h>

#include <deque>
#include <unordered_map>
#include <variant>

namespace paraneo::sandbox {
namespace {

using Argument = std::variant<std::int64_t, std::string>;

constexpr const char* kSchema = R"(
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS resource (
    type TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, deleted INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (type, id)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS history (
    type TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, deleted INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (type, id, version)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS found_by (
    type TEXT NOT NULL, id TEXT NOT NULL, parameter TEXT NOT NULL, system TEXT NOT NULL,
    value TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS found_by_value ON found_by (parameter, value, type, id);
  CREATE INDEX IF NOT EXISTS found_by_resource ON found_by (type, id);
)";

constexpr const char* kColumns = "type, id, version, deleted, updated_ms, body";

struct Condition {
  std::string sql;
  std::vector<Argument> arguments;
};

// Sub-queries do not refer to the outer row: SQLite works them out once, not for every resource.
void add_choices(Condition& condition, const Criterion& criterion) {
  if (criterion.parameter == "_id") {
    condition.sql += " AND id IN (";
    for (const auto& choice : criterion.choices) {
      condition.sql += condition.sql.ends_with('(') ? "?" : ",?";
      condition.arguments.emplace_back(choice.value);
    }
    condition.sql += ")";
    return;
  }
  condition.sql += " AND (type, id) IN (SELECT f.type, f.id FROM found_by f WHERE f.parameter = ? AND (0";
  condition.arguments.emplace_back(criterion.parameter);
  for (const auto& choice : criterion.choices) {
    condition.sql += " OR (1";
    if (choice.system) {
      condition.sql += " AND f.system = ?";
      condition.arguments.emplace_back(*choice.system);
    }
    if (!choice.value.empty()) {
      condition.sql += " AND f.value = ?";
      condition.arguments.emplace_back(choice.value);
    }
    condition.sql += ")";
  }
  condition.sql += "))";
}

Condition condition_of(const Query& query) {
  Condition condition{" WHERE deleted = 0 AND updated_ms >= ? AND updated_ms <= ?",
                      {query.updated_ms_min, query.updated_ms_max}};
  if (!query.type.empty()) {
    condition.sql += " AND type = ?";
    condition.arguments.emplace_back(query.type);
  }
  if (!query.patient.empty()) {
    condition.sql += " AND ((type = 'Patient' AND id = ?) OR (type, id) IN (SELECT f.type, f.id "
                     "FROM found_by f WHERE f.parameter = 'patient' AND f.value = ?))";
    condition.arguments.emplace_back(query.patient);
    condition.arguments.emplace_back("Patient/" + query.patient);
  }
  for (const auto& criterion : query.criteria) add_choices(condition, criterion);
  return condition;
}

}  // namespace

struct Store::State {
  sqlite3* database = nullptr;
  std::unordered_map<std::string, sqlite3_stmt*> statements;

  ~State() {
    for (const auto& [sql, statement] : statements) sqlite3_finalize(statement);
    sqlite3_close(database);
  }

  Error failed() const {
    return fail(Fault::io, std::string("the database fails: ") + sqlite3_errmsg(database), {},
                "check the disk");
  }

  // `row` sees each row.
  template <class Row>
  Result<void> run(const std::string& sql, const std::vector<Argument>& arguments, const Row& row) {
    auto& statement = statements[sql];
    if (statement == nullptr &&
        sqlite3_prepare_v3(database, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) !=
            SQLITE_OK)
      return failed();
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      const auto at = static_cast<int>(i) + 1;
      if (const auto* number = std::get_if<std::int64_t>(&arguments[i]))
        sqlite3_bind_int64(statement, at, *number);
      else if (const auto* text = std::get_if<std::string>(&arguments[i]))
        sqlite3_bind_text64(statement, at, text->data(), text->size(), SQLITE_STATIC, SQLITE_UTF8);
    }
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) row(statement);
    const auto result = code == SQLITE_DONE ? Result<void>() : Result<void>(failed());
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return result;
  }
  Result<void> run(const std::string& sql, const std::vector<Argument>& arguments = {}) {
    return run(sql, arguments, [](sqlite3_stmt*) {});
  }

  Result<std::vector<Version>> versions(const std::string& sql, const std::vector<Argument>& arguments) {
    std::vector<Version> found;
    const auto text = [](sqlite3_stmt* s, int column) {
      const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(s, column));
      return std::string(bytes == nullptr ? "" : bytes,
                         static_cast<std::size_t>(sqlite3_column_bytes(s, column)));
    };
    const auto done = run(sql, arguments, [&](sqlite3_stmt* s) {
      found.push_back({text(s, 0), text(s, 1), sqlite3_column_int64(s, 2),
                       sqlite3_column_int(s, 3) != 0, sqlite3_column_int64(s, 4), text(s, 5)});
    });
    if (!done) return done.error();
    return found;
  }
  Result<std::optional<Version>> one(const std::string& sql, const std::vector<Argument>& arguments) {
    auto found = versions(sql, arguments);
    if (!found) return found.error();
    if (found->empty()) return std::optional<Version>();
    return std::optional(std::move(found->front()));
  }
};

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::~Store() = default;
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;

Result<Store> Store::open(const std::string& path) {
  auto state = std::make_unique<State>();
  if (sqlite3_open(path.c_str(), &state->database) != SQLITE_OK ||
      sqlite3_exec(state->database, kSchema, nullptr, nullptr, nullptr) != SQLITE_OK)
    return fail(Fault::io, std::string("cannot be used as a database: ") + sqlite3_errmsg(state->database),
                path, "name a new file, or one that the sandbox made");
  return Store(std::move(state));
}

Result<void> Store::begin() { return state_->run("BEGIN IMMEDIATE"); }
Result<void> Store::commit() { return state_->run("COMMIT"); }
void Store::roll_back() { static_cast<void>(state_->run("ROLLBACK")); }

Result<std::optional<Version>> Store::find(const std::string& type, const std::string& id) {
  return state_->one(std::string("SELECT ") + kColumns + " FROM resource WHERE type = ? AND id = ?",
                     {type, id});
}

Result<std::optional<Version>> Store::find_version(const std::string& type, const std::string& id,
                                                   std::int64_t version) {
  return state_->one(std::string("SELECT ") + kColumns +
                         " FROM history WHERE type = ? AND id = ? AND version = ?",
                     {type, id, version});
}

Result<std::vector<Version>> Store::history(const std::string& type, const std::string& id) {
  return state_->versions(std::string("SELECT ") + kColumns +
                              " FROM history WHERE type = ? AND id = ? ORDER BY version DESC",
                          {type, id});
}

Result<void> Store::put(const Version& v, const std::vector<IndexValue>& index) {
  const std::vector<Argument> row{v.type, v.id, v.version, std::int64_t{v.deleted ? 1 : 0},
                                  v.updated_ms, v.body};
  auto done = state_->run("INSERT OR REPLACE INTO resource VALUES (?,?,?,?,?,?)", row);
  if (done) done = state_->run("INSERT INTO history VALUES (?,?,?,?,?,?)", row);
  if (done) done = state_->run("DELETE FROM found_by WHERE type = ? AND id = ?", {v.type, v.id});
  for (const auto& value : index)
    if (done)
      done = state_->run("INSERT INTO found_by VALUES (?,?,?,?,?)",
                         {v.type, v.id, value.parameter, value.system, value.value});
  return done;
}

Result<std::vector<Version>> Store::search(const Query& query) {
  auto condition = condition_of(query);
  condition.sql += " AND (type, id) > (?, ?) ORDER BY type, id LIMIT ?";
  condition.arguments.emplace_back(query.after_type);
  condition.arguments.emplace_back(query.after_id);
  condition.arguments.emplace_back(static_cast<std::int64_t>(query.count));
  return state_->versions(std::string("SELECT ") + kColumns + " FROM resource" + condition.sql,
                          condition.arguments);
}

Result<std::uint64_t> Store::count(const Query& query) {
  const auto condition = condition_of(query);
  std::uint64_t total = 0;
  const auto done = state_->run("SELECT COUNT(*) FROM resource" + condition.sql, condition.arguments,
                                [&](sqlite3_stmt* s) {
                                  total = static_cast<std::uint64_t>(sqlite3_column_int64(s, 0));
                                });
  if (!done) return done.error();
  return total;
}

}  // namespace paraneo::sandbox
