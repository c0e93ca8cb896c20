// Private to the sandbox: one request on its way to an answer, one interaction or a Bundle of them.
#pragma once

#include "sandbox/bundles.h"
#include "sandbox/interactions.h"

namespace paraneo::sandbox {

// For one request. Not thread-safe; `shared` is, and outlives it.
class Exchange {
 public:
  // `base`: of the links in its answers. `is_over` as in StoreAccess.
  Exchange(Shared& shared, std::string base, std::function<bool()> is_over)
      : context_{shared, std::move(base),
                 StoreAccess(shared.store, shared.turns, std::move(is_over))} {}

  // `relative`: the target below the endpoint.
  rest::Response answer_to(const net::ServerRequest& request, std::string_view relative);

 private:
  rest::Response dispatch(Call& call, const std::string& body);

  RequestContext context_;
  Interactions interactions_{context_};
  Bundles bundles_{context_, interactions_};
};

}  // namespace paraneo::sandbox
