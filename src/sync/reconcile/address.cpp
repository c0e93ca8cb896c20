#include "sync/reconcile/address.h"

namespace paraneo::sync {

bool is_page(const rest::Reply& reply) {
  return reply.content_type.find("html") != std::string::npos;
}

bool leads_away(const rest::Reply& reply) {
  constexpr int kNotModified = 304;
  if (reply.status >= 300 && reply.status < 400) return reply.status != kNotModified;
  return is_page(reply) && reply.status < 500 && reply.verdict != rest::Verdict::busy;
}

bool Address::no_server(const rest::Reply& reply) { return is_nowhere(reply) || leads_away(reply); }

bool Address::ends_the_run(const rest::Reply& reply) const {
  if (is_page(reply)) return false;
  if (reply.status == 401) return true;
  const bool wrong_place = reply.status == 403 || reply.status == 404 || reply.status == 405;
  return wrong_place && proofs_ == 0;
}

}  // namespace paraneo::sync
