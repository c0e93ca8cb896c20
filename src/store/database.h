// SQLite, wrapped once: statements kept prepared, errors as Results. Not thread-safe.
#pragma once

#include "store/sql.h"

namespace paraneo::store {

class Database final : public Sql {
 public:
  enum class Mode { read_write, read_only };

  // `path`: a file, or ":memory:". With read_write it is made when it is not there. Another process
  // that writes is waited for, a few seconds long.
  static Result<Database> open(const std::string& path, Mode mode = Mode::read_write);
  ~Database() override;
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;

  // run() ends with an error soon after `stop` gives true; it is asked now and then. Empty: never.
  void stop_when(std::function<bool()> stop);

  Result<void> script(const std::string& sql) override;
  using Sql::run;
  Result<void> run(const std::string& sql, const std::vector<Argument>& arguments,
                   const std::function<void(const Row&)>& row) override;
  // BEGIN IMMEDIATE: who writes waits at the beginning and not in the middle.
  Result<void> transact(const std::function<Result<void>()>& work) override;

  struct State;

 private:
  explicit Database(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Reads only.
Result<std::unique_ptr<Query>> open_sqlite_query(const std::string& path, const std::string& sql);

}  // namespace paraneo::store
