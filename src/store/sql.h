// The port to a database that speaks SQL: SQLite (database.h) and PostgreSQL (postgres.h).
// Arguments are written $1, $2 ... in the order in which they are given.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"

namespace paraneo::store {

using Argument = std::variant<std::int64_t, std::string>;

// The row that a statement stands on; valid until the next one.
class Row {
 public:
  virtual ~Row() = default;
  // Of the row that is visited; columns count from 0.
  virtual std::int64_t integer(int column) const = 0;
  virtual std::string text(int column) const = 0;  // empty for NULL
  virtual int columns() const = 0;
  virtual std::string name(int column) const = 0;
};

// Not thread-safe.
class Sql {
 public:
  virtual ~Sql() = default;

  // Several statements without arguments or results.
  virtual Result<void> script(const std::string& sql) = 0;
  // `row` sees each row.
  virtual Result<void> run(const std::string& sql, const std::vector<Argument>& arguments,
                           const std::function<void(const Row&)>& row) = 0;
  Result<void> run(const std::string& sql, const std::vector<Argument>& arguments = {}) {
    return run(sql, arguments, {});
  }
  // A transaction around `work`; undone when work or its end fails.
  virtual Result<void> transact(const std::function<Result<void>()>& work) = 0;
};

// One SELECT, row by row.
class Query {
 public:
  virtual ~Query() = default;
  virtual Result<bool> next() = 0;  // false at the end
  virtual const Row& row() const = 0;
};

// `where`: a file of SQLite, or the URL of a PostgreSQL database (is_postgres() in postgres.h).
Result<std::unique_ptr<Query>> open_query(const std::string& where, const std::string& sql);

}  // namespace paraneo::store
