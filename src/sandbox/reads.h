// Private to the sandbox: read, vread, history, search, paging, $everything.
#pragma once

#include "rest/message.h"
#include "sandbox/call.h"
#include "sandbox/query.h"
#include "sandbox/shared.h"

namespace paraneo::sandbox {

// Not thread-safe. Costs what the store's answer costs; a page, no more than its entries.
class Reads {
 public:
  explicit Reads(RequestContext& context) : context_(context) {}

  // Each is one interaction of FHIR R4 3.1.0.
  rest::Response read(const Call& call);
  rest::Response history(const Call& call);
  // Of a type, or $everything of a patient.
  rest::Response search(const Call& call);
  // The token of a next link of ours.
  rest::Response next_page(const std::string& token);

 private:
  rest::Response list(const std::string& place, const Search& search);

  RequestContext& context_;
};

}  // namespace paraneo::sandbox
