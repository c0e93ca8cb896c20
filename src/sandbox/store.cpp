#include "sandbox/store.h"

#include "json/write.h"
#include "store/database.h"

namespace paraneo::sandbox {
namespace {

using store::Argument;

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

// As an argument for json_each(): however many there are, the statement stays the same.
std::string json_list(const std::vector<const Choice*>& choices,
                      void (*write)(json::Writer&, const Choice&)) {
  std::string out;
  json::Writer writer(out);
  writer.begin_array();
  for (const auto* choice : choices) write(writer, *choice);
  writer.end_array();
  return out;
}
void write_value(json::Writer& writer, const Choice& choice) { writer.string(choice.value); }
void write_system(json::Writer& writer, const Choice& choice) { writer.string(*choice.system); }
void write_pair(json::Writer& writer, const Choice& choice) {
  writer.begin_array();
  writer.string(*choice.system);
  writer.string(choice.value);
  writer.end_array();
}

// Sub-queries do not refer to the outer row: SQLite works them out once, not for every resource.
void add_choices(Condition& condition, const Criterion& criterion) {
  if (criterion.parameter == "_id") {
    std::vector<const Choice*> all;
    for (const auto& choice : criterion.choices) all.push_back(&choice);
    condition.sql += " AND id IN (SELECT value FROM json_each(?))";
    condition.arguments.emplace_back(json_list(all, write_value));
    return;
  }
  condition.sql +=
      " AND (type, id) IN (SELECT f.type, f.id FROM found_by f WHERE f.parameter = ? AND (0";
  condition.arguments.emplace_back(criterion.parameter);
  std::vector<const Choice*> values, systems, pairs;
  for (const auto& choice : criterion.choices) {
    if (!choice.system && choice.value.empty()) condition.sql += " OR 1";
    else (!choice.system ? values : choice.value.empty() ? systems : pairs).push_back(&choice);
  }
  const auto add = [&](const std::vector<const Choice*>& some, const char* sql,
                       std::initializer_list<void (*)(json::Writer&, const Choice&)> arguments) {
    if (some.empty()) return;
    condition.sql += sql;
    for (const auto write : arguments) condition.arguments.emplace_back(json_list(some, write));
  };
  add(values, " OR f.value IN (SELECT value FROM json_each(?))", {write_value});
  add(systems, " OR f.system IN (SELECT value FROM json_each(?))", {write_system});
  // The value alone finds the row by the index.
  add(pairs,
      " OR (f.value IN (SELECT value FROM json_each(?)) AND (f.system, f.value) IN "
      "(SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?)))",
      {write_value, write_pair});
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
    condition.sql +=
        " AND ((type = 'Patient' AND id = ?) OR (type, id) IN (SELECT f.type, f.id "
        "FROM found_by f WHERE f.parameter = 'patient' AND f.value = ?))";
    condition.arguments.emplace_back(query.patient);
    condition.arguments.emplace_back("Patient/" + query.patient);
  }
  for (const auto& criterion : query.criteria) add_choices(condition, criterion);
  return condition;
}

}  // namespace

struct Store::State {
  store::Database database;

  Result<std::vector<Version>> versions(const std::string& sql,
                                        const std::vector<Argument>& arguments) {
    std::vector<Version> found;
    const auto done = database.run(sql, arguments, [&](const store::Row& row) {
      found.push_back({row.text(0), row.text(1), row.integer(2), row.integer(3) != 0,
                       row.integer(4), row.text(5)});
    });
    if (!done) return done.error();
    return found;
  }
  Result<std::optional<Version>> one(const std::string& sql,
                                     const std::vector<Argument>& arguments) {
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
  auto database = store::Database::open(path);
  if (!database) return database.error();
  if (const auto made = database->script(kSchema); !made)
    return fail(ErrorCode::database_failed, made.error().what, path,
                "name a new file, or one that the sandbox made");
  return Store(std::make_unique<State>(State{std::move(*database)}));
}

void Store::stop_when(std::function<bool()> stop) { state_->database.stop_when(std::move(stop)); }

Result<void> Store::begin() { return state_->database.run("BEGIN IMMEDIATE"); }
Result<void> Store::commit() { return state_->database.run("COMMIT"); }
void Store::roll_back() { static_cast<void>(state_->database.run("ROLLBACK")); }

Result<std::optional<Version>> Store::find(const std::string& type, const std::string& id) {
  return state_->one(std::string("SELECT ") + kColumns + " FROM resource WHERE type = ? AND id = ?",
                     {type, id});
}

Result<std::optional<Version>> Store::find_version(const std::string& type, const std::string& id,
                                                   std::int64_t version) {
  return state_->one(
      std::string("SELECT ") + kColumns + " FROM history WHERE type = ? AND id = ? AND version = ?",
      {type, id, version});
}

Result<std::vector<Version>> Store::history(const std::string& type, const std::string& id) {
  return state_->versions(std::string("SELECT ") + kColumns +
                              " FROM history WHERE type = ? AND id = ? ORDER BY version DESC",
                          {type, id});
}

Result<std::vector<Version>> Store::changes(const std::string& type, std::int64_t updated_ms_min) {
  auto sql = std::string("SELECT ") + kColumns + " FROM history WHERE updated_ms >= ?";
  std::vector<Argument> arguments{updated_ms_min};
  if (!type.empty()) {
    sql += " AND type = ?";
    arguments.emplace_back(type);
  }
  return state_->versions(sql + " ORDER BY updated_ms DESC, type, id, version DESC", arguments);
}

Result<void> Store::put(const Version& v, const std::vector<IndexValue>& index) {
  const std::vector<Argument> row{v.type,       v.id,  v.version, std::int64_t{v.deleted ? 1 : 0},
                                  v.updated_ms, v.body};
  auto done = state_->database.run("INSERT OR REPLACE INTO resource VALUES (?,?,?,?,?,?)", row);
  if (done) done = state_->database.run("INSERT INTO history VALUES (?,?,?,?,?,?)", row);
  if (done)
    done = state_->database.run("DELETE FROM found_by WHERE type = ? AND id = ?", {v.type, v.id});
  for (const auto& value : index)
    if (done)
      done = state_->database.run("INSERT INTO found_by VALUES (?,?,?,?,?)",
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
  const auto done = state_->database.run(
      "SELECT COUNT(*) FROM resource" + condition.sql, condition.arguments,
      [&](const store::Row& row) { total = static_cast<std::uint64_t>(row.integer(0)); });
  if (!done) return done.error();
  return total;
}

}  // namespace paraneo::sandbox
