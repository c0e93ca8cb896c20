// From the changes of a feed (a topic) to the work for each record. A feed is no snapshot: what it
// does not say has not vanished; what vanished is said by a change without a text. It says each change
// once: the ledger holds those that a person must look at, and they come again when they are let go.
#pragma once

#include <deque>
#include <set>

#include "sync/intake.h"

namespace paraneo::sync {

struct FeedChange {
  Source text;        // its name is of this change and no other
  std::string place;  // the same for all changes of one thing at the source
  bool gone = false;  // the thing is no more
  std::string held;   // the ledger holds it under this name (store::Held); empty: the feed says it
};

FeedChange change_of(store::Held held);

// Of several changes at one place the last one counts.
std::vector<FeedChange> last_of_each(std::vector<FeedChange> changes);

// One pass over some changes, in their order. Claims each record; what it cannot have now, or what
// comes after something else about the same record, waits for the next pass.
class ChangeIntake {
 public:
  ChangeIntake(IntakeOptions options, store::Ledger& ledger, std::vector<FeedChange> changes, Make make);

  // Work that may have no wants; nothing at the end.
  Result<std::optional<Work>> next();
  const IntakeCounts& counts() const { return counts_; }
  // For the next pass.
  std::vector<FeedChange> take_deferred() { return std::move(deferred_); }

 private:
  Result<void> look(FeedChange& change);
  Result<bool> is_untouched(const FeedChange& change, const std::string& hash);
  Result<bool> take(const std::set<std::string>& records);
  Result<bool> is_free(const std::string& record);
  Result<bool> stands(FeedChange& change, const Made& made, const std::set<std::string>& records);
  Result<void> give_out(const FeedChange& change, const std::string& hash, Made& made, const std::set<std::string>& records);
  Result<void> retract(const FeedChange& change, const std::string& record);
  Result<void> forget_nameless(const FeedChange& change);
  store::Held held_of(const FeedChange& change, const std::string& record) const;

  IntakeOptions options_;
  store::Ledger& ledger_;
  std::vector<FeedChange> changes_;
  Make make_;
  IntakeCounts counts_;
  std::deque<Work> ready_;
  std::set<std::string> busy_;  // in this pass: given out, or deferred
  std::vector<FeedChange> deferred_;
  std::size_t at_ = 0;
};

}  // namespace paraneo::sync
