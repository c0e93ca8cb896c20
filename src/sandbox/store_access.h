// The store as one request sees it: in turn with the others, until its time is over or its client
// has gone.
#pragma once

#include <functional>

#include "sandbox/store.h"
#include "sandbox/turns.h"

namespace paraneo::sandbox {

// Of one request and its thread; the store and the turns outlive it. Gone without commit(), it
// rolls back.
class StoreAccess {
 public:
  // `is_over`: whether the request is to end; asked before each operation and while one runs.
  StoreAccess(Store& store, Turns& turns, std::function<bool()> is_over)
      : store_(store), turns_(turns), is_over_(std::move(is_over)) {}
  ~StoreAccess() { roll_back(); }
  StoreAccess(const StoreAccess&) = delete;
  StoreAccess& operator=(const StoreAccess&) = delete;

  // From the next operation on the turn is kept until commit() or roll_back(), and all is done or
  // nothing.
  void begin() { state_ = Transaction::wanted; }
  Result<void> commit();
  void roll_back();

  // As in Store. An operation that is too late, or was stopped for it, gives Fault::limit.
  Result<std::optional<Version>> find(const std::string& type, const std::string& id) {
    return run([&] { return store_.find(type, id); });
  }
  Result<std::optional<Version>> find_version(const std::string& type, const std::string& id,
                                              std::int64_t version) {
    return run([&] { return store_.find_version(type, id, version); });
  }
  Result<std::vector<Version>> history(const std::string& type, const std::string& id) {
    return run([&] { return store_.history(type, id); });
  }
  Result<std::vector<Version>> changes(const std::string& type, std::int64_t updated_ms_min) {
    return run([&] { return store_.changes(type, updated_ms_min); });
  }
  Result<void> put(const Version& version, const std::vector<IndexValue>& index) {
    return run([&] { return store_.put(version, index); });
  }
  Result<std::vector<Version>> search(const Query& query) {
    return run([&] { return store_.search(query); });
  }
  Result<std::uint64_t> count(const Query& query) {
    return run([&] { return store_.count(query); });
  }

 private:
  enum class Transaction : std::uint8_t { none, wanted, open };

  // Takes the turn, unless an open transaction has it, and opens the one that is wanted.
  Result<void> enter();
  void leave() {
    if (state_ != Transaction::open) turns_.pass_on();
  }
  static Error too_late();

  template <class Operation>
  auto run(const Operation& operation) -> decltype(operation()) {
    if (const auto entered = enter(); !entered) return entered.error();
    store_.stop_when(is_over_);
    auto done = operation();
    store_.stop_when({});
    leave();
    if (!done && is_over_()) return too_late();
    return done;
  }

  Store& store_;
  Turns& turns_;
  std::function<bool()> is_over_;
  Transaction state_ = Transaction::none;
};

}  // namespace paraneo::sandbox
