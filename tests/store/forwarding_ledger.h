// A ledger that passes everything on to another one: a test changes what it wants to fail.
#pragma once

#include "store/ledger.h"

namespace paraneo::store {

class ForwardingLedger : public Ledger {
 public:
  explicit ForwardingLedger(Ledger& inner) : inner_(inner) {}

  Result<void> apply(const std::vector<Change>& changes) override { return inner_.apply(changes); }
  Result<std::optional<RecordRow>> record(const std::string& name) override {
    return inner_.record(name);
  }
  Result<std::optional<RecordRow>> record_with_content(const std::string& source,
                                                       const std::string& hash) override {
    return inner_.record_with_content(source, hash);
  }
  Result<std::vector<std::string>> records_at(const std::string& source,
                                              const std::string& place) override {
    return inner_.records_at(source, place);
  }
  Result<void> each_record(const std::string& source,
                           const std::function<void(const RecordRow&)>& visit) override {
    return inner_.each_record(source, visit);
  }
  Result<std::vector<ResourceRow>> resources(const std::string& record) override {
    return inner_.resources(record);
  }
  Result<std::vector<std::string>> records_on_the_way() override {
    return inner_.records_on_the_way();
  }
  Result<std::vector<DeadLetter>> letters() override { return inner_.letters(); }
  Result<std::vector<Conflict>> conflicts() override { return inner_.conflicts(); }
  Result<std::optional<Held>> held(const std::string& record) override {
    return inner_.held(record);
  }
  Result<std::vector<Held>> released(const std::string& source, const std::string& after,
                                     std::size_t rows_max) override {
    return inner_.released(source, after, rows_max);
  }
  Result<Counts> counts() override { return inner_.counts(); }
  Result<std::vector<SourceRow>> sources() override { return inner_.sources(); }
  Result<std::string> cursor(const std::string& name) override { return inner_.cursor(name); }
  Result<std::vector<AuditRow>> audit(std::size_t rows_max) override {
    return inner_.audit(rows_max);
  }
  bool shared() const override { return inner_.shared(); }
  Result<bool> claim(const std::string& name) override { return inner_.claim(name); }
  Result<void> give_up() override { return inner_.give_up(); }

 private:
  Ledger& inner_;
};

}  // namespace paraneo::store
