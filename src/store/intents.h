// The rows of resources that are on their way, as the ledger keeps them: those of a record packed
// in one row of the table `intent`, which is gone when nothing of the record is on its way any
// more. The rows of the table `resource` stay as they are meanwhile, so a first load writes each of
// them once. One row by itself would fill most of a page with a body that is needed for a second.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "store/ledger.h"
#include "store/sql.h"

namespace paraneo::store {

// The changes of one transaction; not thread-safe. The database must outlive it.
class Intents {
 public:
  explicit Intents(Sql& sql) : sql_(sql) {}

  // On its way, in the place of what was intended for the same target.
  Result<void> put(const ResourceRow& row);
  // No longer on its way, whether it was or not.
  Result<void> take_away(const std::string& record, const std::string& target);
  // Nothing is in the database before this.
  Result<void> write();

  // What of the record is on its way.
  static Result<std::vector<ResourceRow>> of(Sql& sql, const std::string& record);
  // Of all records.
  static Result<std::vector<ResourceRow>> all(Sql& sql);

 private:
  struct Rows {
    std::vector<ResourceRow> rows;
    bool changed = false;
  };
  Result<Rows*> of_record(const std::string& record);

  Sql& sql_;
  std::map<std::string, Rows> records_;
};

}  // namespace paraneo::store
