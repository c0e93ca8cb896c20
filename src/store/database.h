// SQLite, wrapped once: statements kept prepared, errors as Results. Not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace paraneo::store {

using Argument = std::variant<std::int64_t, std::string>;

// The row that a statement stands on; valid until the next one.
class Row {
 public:
  explicit Row(void* statement) : statement_(statement) {}

  std::int64_t integer(int column) const;
  std::string text(int column) const;  // empty for NULL
  int columns() const;
  std::string name(int column) const;

 private:
  void* statement_;
};

class Database {
 public:
  enum class Mode { read_write, read_only };

  // `path`: a file, or ":memory:". With read_write it is made when it is not there. Another process
  // that writes is waited for, a few seconds long.
  static Result<Database> open(const std::string& path, Mode mode = Mode::read_write);
  ~Database();
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;

  // Several statements without arguments or results.
  Result<void> script(const std::string& sql);
  // `row` sees each row.
  Result<void> run(const std::string& sql, const std::vector<Argument>& arguments,
                   const std::function<void(const Row&)>& row);
  Result<void> run(const std::string& sql, const std::vector<Argument>& arguments = {});

  // BEGIN IMMEDIATE, `work`, COMMIT; or ROLLBACK when work or commit fails.
  Result<void> transact(const std::function<Result<void>()>& work);

 private:
  friend class Query;
  struct State;
  explicit Database(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// One SELECT, row by row. Must not outlive its database.
class Query {
 public:
  static Result<Query> open(Database& database, const std::string& sql);
  ~Query();
  Query(Query&& other) noexcept;
  Query& operator=(Query&&) = delete;

  Result<bool> next();  // false at the end
  Row row() const { return Row(statement_); }

 private:
  Query(Database::State* database, void* statement) : database_(database), statement_(statement) {}
  Database::State* database_;
  void* statement_;
};

}  // namespace paraneo::store
