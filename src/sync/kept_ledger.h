// A worker's ledger for as long as the worker lives: a session with a database that is lost stays
// lost, and the next look gets a new one. And whose ledger it is: one server's.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "store/ledger.h"

namespace paraneo::sync {

// For one thread. Owns the ledger.
class KeptLedger {
 public:
  // A new session with the same ledger.
  using Open = std::function<Result<std::unique_ptr<store::Ledger>>()>;

  explicit KeptLedger(std::unique_ptr<store::Ledger> ledger, Open open = {})
      : ledger_(std::move(ledger)), open_(std::move(open)) {}

  store::Ledger& operator*() const { return *ledger_; }
  store::Ledger* operator->() const { return ledger_.get(); }

  // What is shared and does not answer is opened again: claims and references are void then.
  // Between two rounds of a worker only; one question to the ledger.
  Result<void> renew(const std::string& server);

 private:
  std::unique_ptr<store::Ledger> ledger_;
  Open open_;
};

// The cursor that holds the base URL of the ledger's server.
inline constexpr const char* kServerCursor = "server";
// Whether a ledger tells of this server; `take`: a new one is taken for it. Fault::usage when it is
// another one's.
Result<void> check_server(store::Ledger& ledger, const std::string& server, bool take);

}  // namespace paraneo::sync
