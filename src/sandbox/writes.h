// Private to the sandbox: create, update, their conditional forms, delete.
#pragma once

#include <vector>

#include "rest/message.h"
#include "rest/rewrite.h"
#include "sandbox/call.h"
#include "sandbox/shared.h"

namespace paraneo::sandbox {

// Inside a transaction of the store, which the caller ends. `references`: what references in the
// resource are called from now on. Not thread-safe.
class Writes {
 public:
  explicit Writes(RequestContext& context) : context_(context) {}

  // Each is one interaction of FHIR R4 3.1.0, with its conditions (If-Match, If-None-Match, If-
  // None-Exist); what the request is wrong about is an answer with an OperationOutcome.
  rest::Response create(const Call& call, const rest::References& references);
  rest::Response update(const Call& call, const rest::References& references);
  rest::Response conditional_update(const Call& call, const rest::References& references);
  rest::Response remove(const Call& call);
  // Under that id, whatever the resource's own.
  rest::Response store_as(const std::string& id, const Call& call,
                          const rest::References& references);
  // At most two. An error: the condition is none that the sandbox can search by.
  Result<std::vector<Version>> find_matches(const std::string& type, const std::string& query);

 private:
  RequestContext& context_;
};

}  // namespace paraneo::sandbox
