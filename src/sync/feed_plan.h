// What a run over a feed would come to that took all that the feed has now. It is read twice,
// partition after partition, so that the plan is the same each time it is asked for. Changes
// nothing.
#pragma once

#include "sync/change_plan.h"
#include "sync/known_feed.h"

namespace paraneo::sync {

// For one thread. Holds what ChangePlan does.
class FeedPlan {
 public:
  struct Hooks {
    // After each message: how many were read, and offsets of both readings.
    std::function<void(std::uint64_t messages, std::uint64_t done, std::uint64_t total)> read;
    std::function<void(const RecordUpdate&)> update;
  };

  // Everything must outlive it. `feed`: its own name; the source of the options is the ledger's for
  // it.
  FeedPlan(IntakeOptions options, std::string feed, KeptLedger& ledger, InspectedFeed& visited,
           Make make, ChangePlan::Name name, Hooks hooks);

  // What is not read yet: once for both readings, a worker may go on meanwhile. Says what was lost.
  Result<std::vector<KnownFeed::Lost>> open();
  // After open().
  Result<void> run();
  const IntakeCounts& counts() const { return plan_.counts(); }
  // Changes that were gone, or done by a worker, at the second reading.
  std::size_t unseen() const { return plan_.unseen(); }

 private:
  using Visit = std::function<Result<void>(const FeedChange&)>;
  Result<void> each_change(const Visit& visit);
  Result<void> each_held(const Visit& visit);
  Result<void> each_message(std::int32_t partition, const FeedRange& range, const Visit& visit);

  std::string source_;
  KeptLedger& ledger_;
  InspectedFeed& visited_;
  Hooks hooks_;
  KnownFeed known_;
  ChangePlan plan_;
  std::vector<FeedRange> unread_;
  std::uint64_t messages_ = 0;
  std::uint64_t offsets_total_ = 0;   // of both readings
  std::uint64_t offsets_before_ = 0;  // of partitions that were read
  std::uint64_t offsets_here_ = 0;
};

}  // namespace paraneo::sync
