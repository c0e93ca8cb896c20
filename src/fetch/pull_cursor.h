// Where the next pull goes on: a lower bound of the server's time when this pull began, by the
// lastUpdated of what came. No clock of the server or of a proxy before it is believed: a Date
// header that is ahead would jump over what is written meanwhile.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace paraneo::fetch {

// A lastUpdated further ahead of this machine's clock than this is no time at which anything was
// written: it does not move the cursor.
inline constexpr std::int64_t kClockToleranceMs = 86'400'000;

// Not thread-safe; the clocks must outlive it. Holds a name and a version for each resource of the
// last overlap.
class PullCursor {
 public:
  // `overlap_ms`: what is committed this late is still found. `before_ms`: the cursor that this
  // pull began with; 0: none. `clock`: for the time of day; `durations`: for durations.
  PullCursor(std::int64_t overlap_ms, std::int64_t before_ms, const Clock& clock,
             const Clock& durations);

  // The first request is about to be sent.
  void begin();
  // The server's clock when the pull began: what it writes from then on is not before that,
  // whatever times it wrote earlier. Before anything is seen.
  void since(std::int64_t before_ms) { before_ms_ = before_ms; }
  void server_time(std::int64_t now_ms) { server_ms_ = now_ms; }
  // Type/id, as of the answer that is being read. Without a version the time stands for it.
  void saw(const std::string& target, const std::string& version, std::int64_t updated_ms);
  // `at`: when it was deleted, where the server says so. A server may list it again for ever.
  void saw_deletion(const std::string& target, const std::string& version, std::string_view at);
  // What a resource is known by again: its version, or else its time.
  static std::string version_of(std::string_view version, std::int64_t updated_ms);

  // What the next pull asks for as its `since`. The newest lastUpdated that was seen, less the time
  // that had passed since begin() and the overlap: what a search at the beginning could not see is
  // later than that, however long the pull took. No later than the server's clock, less the
  // overlap. Never before `before_ms`; 0 when nothing was seen that has a time, ever.
  std::int64_t next_ms() const;
  // Type/id -> version of what the next pull will see again.
  std::map<std::string, std::string> recent() const;
  // How many were changed in the future.
  std::uint64_t ahead() const { return ahead_; }

 private:
  struct Seen {
    std::string version;
    std::int64_t updated_ms = 0;
  };
  void move_to(std::int64_t updated_ms);
  void prune();

  std::int64_t overlap_ms_;
  std::int64_t before_ms_;
  const Clock& clock_;
  const Clock& durations_;
  std::int64_t begun_ms_ = 0;
  std::int64_t start_ms_ = 0;  // of the server, at least; 0: not known
  std::optional<std::int64_t> server_ms_;
  std::map<std::string, Seen> seen_;
  std::map<std::string, std::string> deleted_;
  std::size_t prune_at_;
  std::uint64_t ahead_ = 0;
};

}  // namespace paraneo::fetch
