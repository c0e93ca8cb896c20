// A session of a ledger that several workers share: claims are among its sessions, and a session
// that was lost stays lost.
#pragma once

#include <map>

#include "forwarding_ledger.h"

namespace paraneo::store {

class SessionLedger : public ForwardingLedger {
 public:
  // Who has what; all sessions of a ledger have the same.
  using Claims = std::map<std::string, const SessionLedger*>;

  SessionLedger(Ledger& inner, Claims& claims) : ForwardingLedger(inner), claims_(claims) {}
  ~SessionLedger() override { forget_claims(); }
  SessionLedger(const SessionLedger&) = delete;
  SessionLedger& operator=(const SessionLedger&) = delete;

  // The database went, or the connection to it.
  void lose() {
    lost_ = true;
    forget_claims();
  }

  Result<void> apply(const std::vector<Change>& changes) override {
    if (lost_) return gone();
    auto done = ForwardingLedger::apply(changes);
    if (!done) return done;
    for (const auto& change : changes)
      if (const auto* release = std::get_if<Release>(&change))
        if (has(release->name)) claims_.erase(release->name);
    return done;
  }
  Result<std::optional<RecordRow>> record(const std::string& name) override {
    if (lost_) return gone();
    return ForwardingLedger::record(name);
  }
  Result<std::optional<RecordRow>> record_with_content(const std::string& source,
                                                       const std::string& hash) override {
    if (lost_) return gone();
    return ForwardingLedger::record_with_content(source, hash);
  }
  Result<std::vector<std::string>> records_at(const std::string& source,
                                              const std::string& place) override {
    if (lost_) return gone();
    return ForwardingLedger::records_at(source, place);
  }
  Result<void> each_record(const std::string& source,
                           const std::function<void(const RecordRow&)>& visit) override {
    if (lost_) return gone();
    return ForwardingLedger::each_record(source, visit);
  }
  Result<std::vector<ResourceRow>> resources(const std::string& record) override {
    if (lost_) return gone();
    return ForwardingLedger::resources(record);
  }
  Result<std::vector<std::string>> records_on_the_way() override {
    if (lost_) return gone();
    return ForwardingLedger::records_on_the_way();
  }
  Result<std::vector<DeadLetter>> letters() override {
    if (lost_) return gone();
    return ForwardingLedger::letters();
  }
  Result<std::optional<Held>> held(const std::string& record) override {
    if (lost_) return gone();
    return ForwardingLedger::held(record);
  }
  Result<std::vector<Held>> released(const std::string& source, const std::string& after,
                                     std::size_t rows_max) override {
    if (lost_) return gone();
    return ForwardingLedger::released(source, after, rows_max);
  }
  Result<Counts> counts() override {
    if (lost_) return gone();
    return ForwardingLedger::counts();
  }
  Result<std::string> cursor(const std::string& name) override {
    if (lost_) return gone();
    return ForwardingLedger::cursor(name);
  }
  bool shared() const override { return true; }
  Result<bool> claim(const std::string& name) override {
    if (lost_) return gone();
    claims_.try_emplace(name, this);
    return has(name);
  }
  Result<void> give_up() override {
    if (lost_) return gone();
    forget_claims();
    return {};
  }

 private:
  static Error gone() { return fail(ErrorCode::connection_failed, "the database went away"); }
  bool has(const std::string& name) const {
    const auto found = claims_.find(name);
    return found != claims_.end() && found->second == this;
  }
  void forget_claims() {
    std::erase_if(claims_, [this](const auto& each) { return each.second == this; });
  }

  Claims& claims_;
  bool lost_ = false;
};

}  // namespace paraneo::store
