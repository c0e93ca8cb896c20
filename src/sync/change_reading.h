// What one change of a feed means for the records that the ledger knows. Reads only; who works on
// them, and when, is for others to say.
#pragma once

#include <set>

#include "sync/intake.h"

namespace paraneo::sync {

// One change that a feed brings.
struct FeedChange {
  Source text;        // its name is of this change and no other
  std::string place;  // the same for all changes of one thing at the source
  bool gone = false;  // the thing is no more
  std::string held;   // the ledger holds it under this name (store::Held); empty: the feed says it
};

// What was held, as its feed said it.
FeedChange change_of(store::Held held);

// What a change means for what the ledger has. Not thread-safe.
class ChangeReading {
 public:
  // Everything must outlive it.
  ChangeReading(const IntakeOptions& options, store::Ledger& ledger, const Make& make)
      : options_(options), ledger_(ledger), make_(make) {}

  // Of what it says, and of what it is made with (maps, codes): by it the ledger knows it again.
  std::string hash_of(const FeedChange& change) const;
  // The record that is as the change says; nothing: it must be made. What was held never is: it is
  // to be settled, whatever the ledger says.
  Result<std::optional<store::RecordRow>> as_it_was(const FeedChange& change,
                                                    const std::string& hash) const;
  Made make(const FeedChange& change) const { return change.gone ? Made() : make_(change.text); }
  // Which it is about: the one that it says, and those that its place said before.
  Result<std::set<std::string>> records_of(const FeedChange& change, const Made& made) const;

  // What the record gets where nothing could be made of the change, and where something could.
  RecordUpdate refusal(const FeedChange& change, const std::string& hash, const Made& made) const;
  Result<RecordUpdate> sending(const FeedChange& change, const std::string& hash,
                               const Made& made) const;
  // Nothing when there is none to retract.
  Result<std::optional<RecordUpdate>> retraction(const FeedChange& change,
                                                 const std::string& record) const;

  // What the ledger gets when the change waits for a person.
  store::Held held_of(const FeedChange& change, const std::string& record) const;

 private:
  const IntakeOptions& options_;
  store::Ledger& ledger_;
  const Make& make_;
};

}  // namespace paraneo::sync
