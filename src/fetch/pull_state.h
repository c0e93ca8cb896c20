// What one pull leaves for the next (`--since auto`): up to when everything was seen, and what was
// handed out of the time that the next pull will look at again. Plain data and its JSON text.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace paraneo::fetch {

struct PullState {
  std::string server;  // base URL
  std::string what;    // the queries, so that a state is not used for another pull
  std::int64_t cursor_ms = 0;
  std::map<std::string, std::string> recent;       // Type/id -> versionId, changed at or after the
                                                   // cursor
  std::map<std::string, std::string> hashes;       // Type/id -> hash, of what cannot be searched by
                                                   // _lastUpdated
  std::optional<std::int64_t> clock_lead_ms = {};  // of the server's clock before this machine's
};

// The JSON of a kept state, both ways; `file` is named where it is none, or is another version's.
std::string write_state(const PullState& state);
Result<PullState> read_state(std::string_view text, const std::string& file);

}  // namespace paraneo::fetch
