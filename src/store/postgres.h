// PostgreSQL by libpq: statements kept prepared, errors as Results. Not thread-safe.
//
// libpq and not libpqxx: libpqxx 6 connects again by itself, and with the old session the locks
// that mark a worker as alive would be gone unseen. Here a connection that is lost stays lost.
#pragma once

#include "store/sql.h"

namespace paraneo::store {

// Whether it is a URL of PostgreSQL, and no file's name.
bool is_postgres(const std::string& where);
// postgresql://user@host:port/database; what is no URL of a database is not shown at all.
std::string without_password(const std::string& url);

class Postgres final : public Sql {
 public:
  // Connects, within the time that the URL allows (ten seconds otherwise); no password is in an
  // error.
  static Result<Postgres> open(const std::string& url);
  ~Postgres() override;
  Postgres(Postgres&&) noexcept;
  Postgres& operator=(Postgres&&) noexcept;

  Result<void> script(const std::string& sql) override;
  using Sql::run;
  // As Sql has it. A lost connection is an error, of this statement and of every later one.
  Result<void> run(const std::string& sql, const std::vector<Argument>& arguments,
                   const std::function<void(const Row&)>& row) override;
  Result<void> transact(const std::function<Result<void>()>& work) override;
  // As it may be shown.
  const std::string& place() const;

  struct State;

 private:
  explicit Postgres(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Reads only, all of it as of one moment.
Result<std::unique_ptr<Query>> open_postgres_query(const std::string& url, const std::string& sql);

}  // namespace paraneo::store
