// From the changes of a feed (a topic) to the update of each record. A feed is no snapshot: what it
// does not say has not vanished; what vanished is said by a change without a text. It says each
// change once: the ledger holds those that a person must look at, and they come again when they are
// let go.
#pragma once

#include <deque>

#include "sync/change_reading.h"

namespace paraneo::sync {

// Of several changes at one place the last one counts.
std::vector<FeedChange> last_of_each(std::vector<FeedChange> changes);

// One pass over some changes, in their order. Claims each record; what it cannot have now, or what
// comes after something else about the same record, waits for the next pass.
class ChangeIntake {
 public:
  ChangeIntake(IntakeOptions options, store::Ledger& ledger, std::vector<FeedChange> changes,
               Make make);
  ChangeIntake(const ChangeIntake&) = delete;
  ChangeIntake& operator=(const ChangeIntake&) = delete;

  // An update that may have no operations; nothing at the end.
  Result<std::optional<RecordUpdate>> next();
  const IntakeCounts& counts() const { return counts_; }
  // For the next pass.
  std::vector<FeedChange> take_deferred() { return std::move(deferred_); }

 private:
  Result<void> look(FeedChange& change);
  Result<bool> take(const std::set<std::string>& records);
  Result<bool> is_free(const std::string& record);
  Result<bool> stands(FeedChange& change, const Made& made, const std::set<std::string>& records);
  Result<void> give_out(const FeedChange& change, const std::string& hash, const Made& made,
                        const std::set<std::string>& records);
  Result<void> retract(const FeedChange& change, const std::string& record);
  Result<void> forget_nameless(const FeedChange& change);

  IntakeOptions options_;
  store::Ledger& ledger_;
  std::vector<FeedChange> changes_;
  Make make_;
  ChangeReading reading_{options_, ledger_, make_};
  IntakeCounts counts_;
  std::deque<RecordUpdate> ready_;
  std::set<std::string> busy_;  // in this pass: given out, or deferred
  std::vector<FeedChange> deferred_;
  std::size_t at_ = 0;
};

}  // namespace paraneo::sync
