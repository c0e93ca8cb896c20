// The job "fetch all of it, or say that it is not all": searches are followed to their last page,
// what came is counted against Bundle.total or _summary=count, and anything that makes the result
// doubtful (a page that does not parse, a link that turns in a circle, a warning that the server
// left something out) ends the pull with an error. Where a count does not fit, the search is split
// into windows of time by _lastUpdated until each fits.
#pragma once

#include <memory>
#include <optional>

#include "base/clock.h"
#include "fetch/pull_options.h"
#include "rest/machine.h"

namespace paraneo::fetch {

// One request at a time: a page is known only when the one before it is there.
class Pull final : public rest::Machine {
 public:
  // The clocks, which outlive it: time of day, and durations.
  Pull(PullOptions options, PullSink sink, DeletionSink deletions = {},
       const Clock& clock = system_clock(), const Clock& durations = steady_clock());
  ~Pull() override;

  std::optional<rest::Task> next() override;
  void finished(std::uint64_t task, Result<rest::Reply> reply) override;
  bool done() const override;
  // What came so far; whole when done().
  const PullReport& report() const;

 private:
  class Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace paraneo::fetch
