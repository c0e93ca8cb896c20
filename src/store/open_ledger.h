// Where a ledger is: a file, or a PostgreSQL database.
#pragma once

#include <memory>

#include "store/ledger.h"

namespace paraneo::store {

enum class LedgerUse {
  update,  // a file: alone, a second process is refused; PostgreSQL: beside other workers
  look,    // beside those that update it
};

// Error::what of a ledger that another process has to itself: to be tried again later.
inline constexpr std::string_view kLedgerIsBusy = "another process works on this ledger";

// `where`: a file of SQLite, ":memory:", or postgresql://...; made when it is not there.
Result<std::unique_ptr<Ledger>> open_ledger(const std::string& where, LedgerUse use);
Result<bool> ledger_exists(const std::string& where);

// As it may stand in messages and in a ledger: without a password.
std::string shown_database(const std::string& where);

}  // namespace paraneo::store
