// A feed as the ledger knows it: what its partitions and messages are called there, and how far it
// was read. Reads the ledger, writes nothing.
#pragma once

#include "sync/change_reading.h"
#include "sync/feed.h"
#include "sync/kept_ledger.h"

namespace paraneo::sync {

// For one thread.
class KnownFeed {
 public:
  // `source`: the ledger's name for the feed; `feed`: its own. The ledger must outlive it.
  KnownFeed(KeptLedger& ledger, std::string source, std::string feed)
      : ledger_(ledger), source_(std::move(source)), feed_(std::move(feed)) {}

  // What the ledger calls a partition.
  std::string stream(std::int32_t partition) const;
  // The next offset to read of it; nothing: none was read.
  Result<std::optional<std::int64_t>> cursor(std::int32_t partition) const;

  // What of the feed went before it was read.
  struct Lost {
    std::string stream;
    std::uint64_t offsets = 0;
  };
  struct Unread {
    std::vector<FeedRange> ranges;  // of all partitions, from the ledger's cursor on
    std::vector<Lost> lost;
  };
  // Fault::usage when this is not the feed that the ledger knows.
  Result<Unread> unread(Feed& feed) const;

  // As Feed::poll() does. When nothing comes for ten seconds of waiting, the feed is asked whether
  // it is there at all: some go on trying without a word.
  Result<std::optional<FeedMessage>> poll(Feed& feed, int wait_ms);

  // A key can be a patient's number: the ledger and the messages get its hash.
  FeedChange change_of(const FeedMessage& message) const;

 private:
  KeptLedger& ledger_;
  std::string source_;
  std::string feed_;
  int silence_ms_ = 0;  // waited in vain, by no clock: after a machine stood still nobody is to
                        // blame
};

}  // namespace paraneo::sync
