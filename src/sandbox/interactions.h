// Private to the sandbox: which interaction of the API a call is, and its answer.
#pragma once

#include "sandbox/bulk_export.h"
#include "sandbox/reads.h"
#include "sandbox/writes.h"

namespace paraneo::sandbox {

// Not thread-safe. What writes, does so inside a transaction of the store, which the caller ends.
class Interactions {
 public:
  explicit Interactions(RequestContext& context)
      : context_(context), reads_(context), writes_(context), exports_(context) {}

  // One interaction, of a request or of a Bundle's entry.
  rest::Response perform(const Call& call, const rest::References& references);
  Writes& writes() { return writes_; }

 private:
  rest::Response perform_of_system(const Call& call);

  RequestContext& context_;
  Reads reads_;
  Writes writes_;
  BulkExport exports_;
};

}  // namespace paraneo::sandbox
