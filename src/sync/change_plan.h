// What a run over the changes of a feed would come to, without any of it being done. The changes
// are read twice: first to learn what the last word on each thing is, then to compare just these
// with the ledger. Of each place at the source some hundred bytes stay in memory, and nothing of
// the texts.
#pragma once

#include <unordered_map>
#include <vector>

#include "base/digest.h"
#include "sync/change_reading.h"

namespace paraneo::sync {

class ChangePlan {
 public:
  // The record that a text is about, as Made::record; empty when it does not say so.
  using Name = std::function<std::string(const Source&)>;

  ChangePlan(IntakeOptions options, store::Ledger& ledger, Make make, Name name);
  ChangePlan(const ChangePlan&) = delete;
  ChangePlan& operator=(const ChangePlan&) = delete;

  // All of them, in their order.
  void note(const FeedChange& change);
  // All of them again, in any order. No update for what is as it was and for what is not the last
  // word.
  Result<std::vector<RecordUpdate>> compare(const FeedChange& change);
  const IntakeCounts& counts() const { return counts_; }
  // Last words that compare() has not seen.
  std::size_t unseen() const { return last_at_.size(); }

 private:
  struct Last {
    Digest change;
    Digest record;             // nothing: a text without a name, or none
    std::uint64_t number = 0;  // in their order
  };
  struct Said {
    Digest record;
    std::uint64_t number = 0;
  };

  void find_what_is_said();
  const Said* find_said(const Digest& record) const;
  Result<std::vector<RecordUpdate>> updates_of(const FeedChange& change, bool is_last);

  IntakeOptions options_;
  Make make_;
  Name name_;
  ChangeReading reading_;
  IntakeCounts counts_;
  std::unordered_map<Digest, Last, HashOfDigest> last_at_;  // by place
  std::vector<Said> said_;                                  // by record: the last one of those
  std::uint64_t noted_ = 0;
  bool compares_ = false;
};

}  // namespace paraneo::sync
