// The tables of the ledger, said once for both databases.
#pragma once

#include <string>

namespace paraneo::store {

// How the tables look; an older ledger is brought up to it when it is opened.
inline constexpr int kLedgerSchema = 4;

// What the two databases say differently.
struct Dialect {
  std::string text;       // compared byte by byte
  std::string integer;    // type of 64 bits
  std::string counter;    // column that counts by itself and is the key
  std::string table_end;  // after the columns of a table with a key of texts
};

// What brings a ledger from version `from` to `from + 1`.
std::string migration(int from, const Dialect& dialect);

}  // namespace paraneo::store
