// Whether and when to send a request again. Bounded, with growing delays and jitter, so that many
// clients do not come back at the same moment.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "rest/reply.h"

namespace paraneo::rest {

struct RetryPolicy {
  unsigned attempts_max = 5;
  unsigned attempts_max_broken = 2;  // of a 5xx that says nothing about load
  std::int64_t delay_ms_first = 250;
  std::int64_t delay_ms_max = 30'000;
  std::int64_t retry_after_ms_max = 300'000;  // a server that asks for more is not waited for
};

// Half of the delay is fixed, half is chance; doubled with every attempt.
std::int64_t backoff_ms(const RetryPolicy& policy, unsigned attempts_done, Random& random);

// Delay until the next attempt after this reply, or nothing when there is to be none.
std::optional<std::int64_t> retry_after(const RetryPolicy& policy, unsigned attempts_done,
                                        const Request& request, const Reply& reply, Random& random);
// The same after no reply: the connection failed or was lost (Fault::network). Other faults, like
// a certificate that is not trusted, are not cured by trying again.
std::optional<std::int64_t> retry_after(const RetryPolicy& policy, unsigned attempts_done,
                                        const Request& request, const Error& error, Random& random);

}  // namespace paraneo::rest
