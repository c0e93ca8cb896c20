#include "rest/retry.h"

#include <algorithm>

namespace paraneo::rest {

std::int64_t backoff_ms(const RetryPolicy& policy, unsigned attempts_done, Random& random) {
  auto delay = policy.delay_ms_first;
  for (unsigned i = 1; i < attempts_done && delay < policy.delay_ms_max; ++i) delay *= 2;
  delay = std::min(delay, policy.delay_ms_max);
  const auto half = static_cast<std::uint64_t>(delay / 2) + 1;
  return delay / 2 + static_cast<std::int64_t>(random.next() % half);
}

std::optional<std::int64_t> retry_after(const RetryPolicy& policy, unsigned attempts_done,
                                        const Request& request, const Reply& reply,
                                        Random& random) {
  if (reply.verdict != Verdict::busy && reply.verdict != Verdict::broken) return std::nullopt;
  // 429 and 503 say that nothing was done.
  const bool untouched = reply.status == 429 || reply.status == 503;
  if (!request.idempotent && !untouched) return std::nullopt;
  const auto most =
      reply.verdict == Verdict::broken ? policy.attempts_max_broken : policy.attempts_max;
  if (attempts_done >= most) return std::nullopt;
  const auto delay = backoff_ms(policy, attempts_done, random);
  if (!reply.retry_after_ms) return delay;
  if (*reply.retry_after_ms > policy.retry_after_ms_max) return std::nullopt;
  return *reply.retry_after_ms + delay;
}

std::optional<std::int64_t> retry_after(const RetryPolicy& policy, unsigned attempts_done,
                                        const Request& request, const Error& error,
                                        Random& random) {
  if (error.fault != Fault::network || !request.idempotent) return std::nullopt;
  if (attempts_done >= policy.attempts_max) return std::nullopt;
  return backoff_ms(policy, attempts_done, random);
}

}  // namespace paraneo::rest
