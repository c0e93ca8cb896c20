#include "store/open_ledger.h"

#include <filesystem>

#include "store/database.h"
#include "store/postgres.h"
#include "store/postgres_ledger.h"
#include "store/sqlite_ledger.h"

namespace paraneo::store {

Result<std::unique_ptr<Ledger>> open_ledger(const std::string& where, LedgerUse use) {
  return is_postgres(where) ? open_postgres_ledger(where, use) : open_sqlite_ledger(where, use);
}

Result<bool> ledger_exists(const std::string& where) {
  if (is_postgres(where)) return postgres_ledger_exists(where);
  std::error_code none;
  return std::filesystem::exists(where, none);
}

std::string shown_database(const std::string& where) {
  return is_postgres(where) ? without_password(where) : where;
}

Result<std::unique_ptr<Query>> open_query(const std::string& where, const std::string& sql) {
  return is_postgres(where) ? open_postgres_query(where, sql) : open_sqlite_query(where, sql);
}

}  // namespace paraneo::store
