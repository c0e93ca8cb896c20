#include "sync/kept_ledger.h"

namespace paraneo::sync {

Result<void> check_server(store::Ledger& ledger, const std::string& server, bool take) {
  const auto owner = ledger.cursor(kServerCursor);
  if (!owner) return owner.error();
  if (owner->empty())
    return take ? ledger.apply({store::Cursor{kServerCursor, server}}) : Result<void>();
  if (*owner == server) return {};
  return fail(ErrorCode::state_of_another, "this ledger belongs to another server", *owner,
              "a ledger knows what one server holds: name another file as --ledger, or say with "
              "'sync rebase' that the server "
              "has another address");
}

Result<void> KeptLedger::renew(const std::string& server) {
  if (!open_ || !ledger_->shared() || ledger_->cursor(kServerCursor)) return {};
  auto opened = open_();
  if (!opened) return opened.error();
  ledger_ = std::move(*opened);
  return check_server(*ledger_, server, true);
}

}  // namespace paraneo::sync
