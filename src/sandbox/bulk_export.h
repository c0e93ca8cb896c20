// Private to the sandbox: a small $export (FHIR Bulk Data Access) of the system or of all patients.
// The files are made at once, but the first question about them is answered with "not yet", as real
// servers do.
#pragma once

#include "rest/message.h"
#include "sandbox/call.h"
#include "sandbox/shared.h"

namespace paraneo::sandbox {

// Not thread-safe; what is exported is kept in Shared::exports, within its limits.
class BulkExport {
 public:
  explicit BulkExport(RequestContext& context) : context_(context) {}

  // The kick-off: 202 with the place to ask at, or what is wrong with the request.
  rest::Response begin(const Call& call);
  // Its status, one of its files, or its end (DELETE).
  rest::Response show(const Call& call);

 private:
  Result<void> gather(Export& made, Query query, const std::string& types);
  Result<void> gather_patients(Export& made, Query query, const std::string& types);
  rest::Response manifest(const std::string& id, const Export& kept) const;

  RequestContext& context_;
};

}  // namespace paraneo::sandbox
