// The ledger in a database: what both databases have in common.
#pragma once

#include "store/ledger.h"
#include "store/sql.h"

namespace paraneo::store {

class SqlLedger : public Ledger {
 public:
  Result<void> apply(const std::vector<Change>& changes) override;

  Result<std::optional<RecordRow>> record(const std::string& name) override;
  Result<std::optional<RecordRow>> record_with_content(const std::string& source,
                                                       const std::string& content_hash) override;
  Result<std::vector<std::string>> records_at(const std::string& source,
                                              const std::string& place) override;
  Result<void> each_record(const std::string& source,
                           const std::function<void(const RecordRow&)>& visit) override;
  Result<std::vector<ResourceRow>> resources(const std::string& record) override;
  Result<std::vector<std::string>> records_on_the_way() override;
  Result<std::vector<DeadLetter>> letters() override;
  Result<std::vector<Conflict>> conflicts() override;
  Result<std::optional<Held>> held(const std::string& record) override;
  Result<std::vector<Held>> released(const std::string& source, const std::string& after,
                                     std::size_t rows_max) override;
  Result<Counts> counts() override;
  Result<std::vector<SourceRow>> sources() override;
  Result<std::string> cursor(const std::string& name) override;
  Result<std::vector<AuditRow>> audit(std::size_t rows_max) override;

 protected:
  // Must not outlive the object behind it.
  explicit SqlLedger(Sql& sql) : sql_(sql) {}

 private:
  // Ends a claim, inside the transaction of apply().
  virtual Result<void> release(const std::string& name) = 0;
  // Gives the bytes of the database.
  virtual std::string size_query() const = 0;

  Result<void> count_intents(Counts& counts, std::uint64_t* const* by_state);

  Result<void> write(const RecordRow& r);
  Result<void> write(const ForgetRecord& r);
  Result<void> write(const ResourceRow& r);
  Result<void> write(const ForgetResource& r);
  Result<void> write(const DeadLetter& l);
  Result<void> write(const RemoveDeadLetter& l);
  Result<void> write(const Conflict& c);
  Result<void> write(const RemoveConflicts& c);
  Result<void> write(const Held& h);
  Result<void> write(const RemoveHeld& h);
  Result<void> write(const Cursor& c);
  Result<void> write(const AuditRow& a);
  Result<void> write(const PruneAudit& p);
  Result<void> write(const RenameSource& r);
  Result<void> write(const Release& r) { return release(r.name); }

  Result<std::optional<RecordRow>> one_record(const std::string& sql,
                                              const std::vector<Argument>& arguments);
  Result<std::vector<std::string>> names(const std::string& sql,
                                         const std::vector<Argument>& arguments);

  Sql& sql_;
};

}  // namespace paraneo::store
