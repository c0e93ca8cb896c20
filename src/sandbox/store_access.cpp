#include "sandbox/store_access.h"

namespace paraneo::sandbox {

Error StoreAccess::too_late() {
  return fail(ErrorCode::limit_time, "the request takes too long: ask for less at once");
}

Result<void> StoreAccess::enter() {
  if (is_over_()) return too_late();
  if (state_ == Transaction::open) return {};
  turns_.wait();
  Result<void> done;
  if (is_over_()) {
    done = too_late();
  } else if (state_ == Transaction::wanted) {
    done = store_.begin();
    if (done) state_ = Transaction::open;
  }
  if (!done) turns_.pass_on();
  return done;
}

Result<void> StoreAccess::commit() {
  if (state_ != Transaction::open) {
    state_ = Transaction::none;
    return {};
  }
  const auto done = store_.commit();
  if (!done) store_.roll_back();
  state_ = Transaction::none;
  turns_.pass_on();
  return done;
}

void StoreAccess::roll_back() {
  if (state_ == Transaction::open) {
    store_.roll_back();
    turns_.pass_on();
  }
  state_ = Transaction::none;
}

}  // namespace paraneo::sandbox
