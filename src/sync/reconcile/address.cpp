#include "sync/reconcile/address.h"

namespace paraneo::sync {

bool is_page(const rest::Reply& reply) {
  return reply.content_type.find("html") != std::string::npos;
}

bool Address::ends_the_run(const rest::Reply& reply) const {
  if (is_page(reply)) return false;
  if (reply.status == 401) return true;
  const bool wrong_place = reply.status == 403 || reply.status == 404 || reply.status == 405;
  return wrong_place && proofs_ == 0;
}

}  // namespace paraneo::sync
