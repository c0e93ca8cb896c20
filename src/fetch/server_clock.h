// Whether the server's clock was set back since the last pull: what was written since has times
// before the cursor then, and a search from the cursor does not see it.
#pragma once

#include <cstdint>
#include <optional>

namespace paraneo::fetch {

// How far the server's clock is ahead of this machine's, by the Date of an answer. None without
// one, and for a time in the future at which no clock is set by mistake.
std::optional<std::int64_t> clock_lead_ms(std::optional<std::int64_t> date_ms, std::int64_t now_ms);

// The earlier time from which everything must be read, where a clock was set back; 0: all of it,
// because nobody knows by how much. Both clocks count as one: when this machine's was set forward,
// too much is read. `lead_before_ms`: of the last pull.
std::optional<std::int64_t> earlier_since_ms(std::int64_t cursor_ms, std::int64_t overlap_ms,
                                             std::optional<std::int64_t> lead_before_ms,
                                             std::int64_t lead_ms, std::int64_t now_ms);

}  // namespace paraneo::fetch
